package scenarios

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// request is one call of the executor, from the caller's side.
type request struct {
	index    int
	intended time.Duration
	done     chan struct{} // closed at the end, where the load is sequential

	// detail is nil for the requests that are only counted. What follows is
	// guarded by the cell's lock; detail is complete once watched.
	detail  *Call
	watched bool
	caller  *caller
	// kept is the map as it was returned, to be looked at again at the end.
	kept map[string]*executor.AgentResponse
}

// inputOf is the input of the request with that index, which tells it apart
// from all others in the crew's books.
func inputOf(index int) string { return fmt.Sprintf("request-%d", index) }

// answer is what ExecuteParallel gave back.
type answer struct {
	results map[string]*executor.AgentResponse
	err     error
	panic   string
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
	// A deferred function, so that it also runs where the executor ends this
	// goroutine: with a panic, or with the Goexit of an agent that it ran here.
	defer func() {
		ended := time.Now()
		if v := recover(); v != nil {
			a.panic = fmt.Sprint(v)
		}
		c.book(r, caller, started, ended, a)
	}()
	a.results, a.err = c.executor.ExecuteParallel(caller.ctx, inputOf(r.index), c.agents)
	a.panic = ""
}

// book writes down how a call ended. The agents come first, while they are as
// they were at the return.
func (c *cell) book(r *request, k *caller, started, ended time.Time, a answer) {
	var call Call
	if r.detail != nil {
		call = c.describe(r, k, started, ended, a)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	bound := c.s.Bound()
	if r.detail != nil && !r.watched {
		*r.detail, r.watched, r.kept = call, true, a.results
	}
	c.tally.end(r.index, c.since(ended), ended.Sub(started)-bound, len(a.results) > 0, a.err != nil || a.panic != "")
}

// describe is the call in detail.
func (c *cell) describe(r *request, k *caller, started, ended time.Time, a answer) Call {
	call := Call{
		Index: r.index, Intended: r.intended, Started: c.since(started),
		Returned: true, Ended: c.since(ended), CancelledAt: k.doneAt(c.since(ended)),
	}
	runs := c.crew.Runs(inputOf(r.index)) // before waiting for any lock
	c.mu.Lock()
	c.describeAgents(&call, runs)
	c.mu.Unlock()
	call.Results, call.NilMap, call.Panic = copyResults(a.results), a.results == nil, a.panic
	if a.err != nil {
		call.Error = a.err.Error()
		call.Is = facts(a.err, c.agents, inputOf(r.index))
	}
	return call
}

// describeAgents adds one AgentRun for each place of the crew, or none where the
// crew only counts: an agent of which nothing is known was not "never started".
// c.mu is held.
func (c *cell) describeAgents(call *Call, runs []mocks.Run) {
	if c.record == mocks.RecordCounts {
		return
	}
	call.Agents = make([]AgentRun, len(c.s.Agents))
	for i, a := range c.s.Agents {
		call.Agents[i] = AgentRun{Place: i, ID: a.ID, Fault: a.Fault.Name, Ignores: a.Fault.IgnoresContext}
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

func (c *cell) agentRun(a AgentRun, run mocks.Run) AgentRun {
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
		a.Tools = append(a.Tools, ToolRun{
			Name: t.Name, StartAt: c.since(t.StartAt), Ended: t.Ended, EndAt: c.since(t.EndAt), DoneAtStart: t.DoneAtStart,
		})
	}
	return a
}

// noteAttempts writes down when the agent's client sent its requests so far.
func (c *cell) noteAttempts(a *AgentRun, run mocks.Run) {
	for _, at := range run.Attempts[min(len(a.Attempts), len(run.Attempts)):] {
		a.Attempts = append(a.Attempts, c.since(at))
	}
}

// noteLate writes down which agents have ended since their call was over.
func (c *cell) noteLate() {
	for i := range c.obs.Calls {
		call := &c.obs.Calls[i]
		for _, run := range c.crew.Runs(inputOf(call.Index)) {
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
func copyResults(m map[string]*executor.AgentResponse) []Result {
	var results []Result
	for _, key := range slices.Sorted(maps.Keys(m)) {
		r := Result{Key: key, Nil: m[key] == nil}
		if m[key] != nil {
			r.AgentID, r.Content = m[key].AgentID, m[key].Content
			for _, t := range m[key].ToolResults {
				result := ToolResult{CallID: t.CallID, Name: t.Name, Content: t.Content}
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

// facts are what errors.Is finds in err.
func facts(err error, agents []*executor.Agent, input string) []string {
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

// reread looks at everything again that the executor gave out or was given,
// once all that could still write to it has ended.
func (c *cell) reread() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, r := range c.requests {
		if i < len(c.obs.Calls) && c.obs.Calls[i].Returned {
			c.obs.Calls[i].Changed = changes(c.obs.Calls[i].Results, copyResults(r.kept))
		}
	}
	c.obs.InputTouched = c.inputs.touched()
}

// changes says in words how a map differs from what was returned.
func changes(before, after []Result) (how []string) {
	old := make(map[string]Result, len(before))
	for _, r := range before {
		old[r.Key] = r
	}
	for _, r := range after {
		was, had := old[r.Key]
		delete(old, r.Key)
		switch {
		case !had:
			how = append(how, fmt.Sprintf("%q was added", r.Key))
		case was.Nil != r.Nil || was.AgentID != r.AgentID || was.Content != r.Content || !slices.Equal(was.Tools, r.Tools):
			how = append(how, fmt.Sprintf("%q was changed from %q to %q", r.Key, was.Content, r.Content))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(old)) {
		how = append(how, fmt.Sprintf("%q was removed", key))
	}
	return how
}
