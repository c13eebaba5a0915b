package observe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// request is one call of the executor, from the caller's side.
type request struct {
	index    int
	intended time.Duration
	done     chan struct{} // closed at the end, where the load is sequential

	// The cell's lock guards what follows. detail is nil for requests that are
	// only counted, and final once complete is set.
	detail   *scenarios.Call
	complete bool
	caller   *caller
	// kept is the map that was returned. It is read again at the end of the cell.
	kept map[string]*executor.AgentResponse
}

// inputOf is the input of the request with that index. The mocks' records tell
// requests apart by it.
func inputOf(index int) string { return scenarios.Call{Index: index}.Input() }

// answer is what ExecuteParallel returned, and when.
type answer struct {
	started, ended time.Time
	results        map[string]*executor.AgentResponse
	err            error
	panic          string
}

// call is the body of a caller's goroutine.
func (c *cell) call(labels context.Context, r *request) {
	if r.done != nil {
		defer close(r.done)
	}
	caller := c.newCaller(labels)
	defer caller.stop()
	started := time.Now()
	if r.detail != nil {
		c.mu.Lock()
		r.detail.Started, r.caller = c.since(started), caller
		c.mu.Unlock()
	}
	a := answer{panic: "runtime.Goexit"}
	// A deferred function also runs where the executor ends this goroutine: with
	// a panic, or with the Goexit of an agent that it ran here.
	defer func() {
		a.started, a.ended = started, time.Now()
		if v := recover(); v != nil {
			a.panic = fmt.Sprint(v)
		}
		c.record(r, caller, a)
	}()
	a.results, a.err = c.executor.ExecuteParallel(caller.ctx, inputOf(r.index), c.agents)
	a.panic = ""
}

// record writes down how a call ended. The agents come first: they are to be
// recorded as they were at the return.
func (c *cell) record(r *request, k *caller, a answer) {
	var call scenarios.Call
	if r.detail != nil {
		call = c.describe(r, k, a)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.detail != nil && !r.complete {
		*r.detail, r.complete, r.kept = call, true, a.results
	}
	c.counters.end(ended{
		request: r.index, at: c.since(a.ended), overshoot: a.ended.Sub(a.started) - c.s.Bound(),
		results: len(a.results), failed: a.err != nil || a.panic != "",
	})
}

// describe is the call in detail.
func (c *cell) describe(r *request, k *caller, a answer) scenarios.Call {
	ended := c.since(a.ended)
	call := scenarios.Call{
		Index: r.index, Intended: r.intended, Started: c.since(a.started),
		Returned: true, Ended: ended, CancelledAt: k.doneAt(ended),
	}
	runs := c.runner.Runs(inputOf(r.index)) // before waiting for any lock
	c.mu.Lock()
	c.describeAgents(&call, runs)
	c.mu.Unlock()
	call.Results, call.NilMap, call.Panic = copyResults(a.results), a.results == nil, a.panic
	if a.err != nil {
		call.Error = a.err.Error()
		call.Is = foundIn(a.err, c.agents, inputOf(r.index))
	}
	return call
}

// describeAgents adds one AgentRun for each agent of the scenario. It adds none
// where agent calls are only counted, since an AgentRun without a start would say
// that the agent was never started. c.mu is held.
func (c *cell) describeAgents(call *scenarios.Call, runs []mocks.Run) {
	if c.recording == mocks.RecordCounts {
		return
	}
	call.Agents = make([]scenarios.AgentRun, len(c.s.Agents))
	for i, a := range c.s.Agents {
		call.Agents[i] = scenarios.AgentRun{Place: i, ID: a.ID, Fault: a.Fault.Name, Ignores: a.Fault.IgnoresContext}
	}
	input := inputOf(call.Index)
	for _, run := range runs {
		i, known := c.place[run.Agent]
		if !known {
			continue
		}
		call.Agents[i] = c.agentRun(call.Agents[i], run)
		for k := range call.Agents[i].Tools {
			call.Agents[i].Tools[k].Error = c.toolErrors[toolCall{run.Agent.ID, input, k}]
		}
	}
}

func (c *cell) agentRun(a scenarios.AgentRun, run mocks.Run) scenarios.AgentRun {
	a.Started, a.StartAt = true, c.since(run.StartAt)
	a.Ended, a.EndAt = run.Ended, c.since(run.EndAt)
	a.Outcome = run.Outcome
	if run.Err != nil {
		a.Error = run.Err.Error()
	}
	a.RunningAtReturn = !run.Ended
	a.DoneAtReturn = !run.Ended && run.CtxDone
	c.noteAttempts(&a, run)
	for _, t := range run.Tools {
		a.Tools = append(a.Tools, scenarios.ToolRun{
			Name: t.Name, StartAt: c.since(t.StartAt), Ended: t.Ended, EndAt: c.since(t.EndAt), DoneAtStart: t.DoneAtStart,
		})
	}
	return a
}

// noteAttempts adds the times of the requests that the agent's client has sent
// since the last time.
func (c *cell) noteAttempts(a *scenarios.AgentRun, run mocks.Run) {
	for _, at := range run.Attempts[min(len(a.Attempts), len(run.Attempts)):] {
		a.Attempts = append(a.Attempts, c.since(at))
	}
}

// noteLate writes down which agents have ended since their call returned.
func (c *cell) noteLate() {
	for i := range c.obs.Calls {
		call := &c.obs.Calls[i]
		for _, run := range c.runner.Runs(inputOf(call.Index)) {
			place, known := c.place[run.Agent]
			if !known {
				continue
			}
			a := &call.Agents[place]
			c.noteAttempts(a, run)
			if run.Ended && a.RunningAtReturn {
				a.LateAt, a.LateOutcome = c.since(run.EndAt), run.Outcome
			}
		}
	}
}

// copyResults is the map as text, in the order of its keys.
func copyResults(m map[string]*executor.AgentResponse) []scenarios.Result {
	var results []scenarios.Result
	for _, key := range slices.Sorted(maps.Keys(m)) {
		r := scenarios.Result{Key: key, Nil: m[key] == nil}
		if m[key] != nil {
			r.AgentID, r.Content = m[key].AgentID, m[key].Content
			for _, t := range m[key].ToolResults {
				result := scenarios.ToolResult{CallID: t.CallID, Name: t.Name, Content: t.Content}
				if t.Err != nil {
					result.Error = t.Err.Error()
				}
				r.Tools = append(r.Tools, result)
			}
		}
		results = append(results, r)
	}
	return results
}

// foundIn names what errors.Is finds in err.
func foundIn(err error, agents []*executor.Agent, input string) []string {
	var is []string
	for _, f := range []struct {
		name string
		err  error
	}{
		{"context.Canceled", context.Canceled},
		{"context.DeadlineExceeded", context.DeadlineExceeded},
		{"executor.ErrAbandoned", executor.ErrAbandoned},
		{"executor.ErrAgentStuck", executor.ErrAgentStuck},
		{"executor.ErrTooManyInFlight", executor.ErrTooManyInFlight},
		{"executor.ErrNotStarted", executor.ErrNotStarted},
	} {
		if errors.Is(err, f.err) {
			is = append(is, f.name)
		}
	}
	for _, a := range agents {
		if a != nil && errors.Is(err, mocks.AgentFault{AgentID: a.ID, Request: input}) {
			is = append(is, "agent "+a.ID)
		}
	}
	return is
}

// reread compares everything that the executor returned or received with a copy
// from before, once all that could still write to it has ended.
func (c *cell) reread() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, r := range c.requests {
		if i < len(c.obs.Calls) && c.obs.Calls[i].Returned {
			c.obs.Calls[i].Changed = c.obs.Calls[i].ResultChanges(copyResults(r.kept))
		}
	}
	c.obs.InputTouched = c.inputs.touched()
}
