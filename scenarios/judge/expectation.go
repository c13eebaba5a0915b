package judge

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// never is later than any moment of a cell.
const never = time.Duration(1<<63 - 1)

// callerEnd is when the call's context was done, but not before its start.
func callerEnd(c scenarios.Call) time.Duration {
	if c.CancelledAt == 0 {
		return never
	}
	return max(c.CancelledAt, c.Started)
}

// end is when a call's time is over, Grace not included.
func (e *evaluation) end(c scenarios.Call) time.Duration {
	return min(callerEnd(c), c.Started+e.o.Setup.Span())
}

// agentEnd is when one agent's time is over, Grace not included.
func (e *evaluation) agentEnd(c scenarios.Call, a scenarios.AgentRun) time.Duration {
	return min(e.end(c), a.StartAt+e.o.Setup.AgentTimeout)
}

// valid says that the agent in this place can be called at all: it is not nil,
// and has an ID that none before it has.
func (e *evaluation) canCall(place int) bool {
	return place >= 0 && place < len(e.callable) && e.callable[place]
}

// callablePlaces says so of each place, once for all: a crowd is asked about often.
func callablePlaces(agents []scenarios.Agent) []bool {
	valids, seen := make([]bool, len(agents)), make(map[string]bool, len(agents))
	for i, a := range agents {
		valids[i] = !a.Nil && a.ID != "" && !seen[a.ID]
		if !a.Nil {
			seen[a.ID] = true
		}
	}
	return valids
}

func (e *evaluation) tools(a scenarios.AgentRun) []mocks.ToolFault {
	if a.Place < 0 || a.Place >= len(e.s.Agents) {
		return nil
	}
	return e.s.Agents[a.Place].Tools
}

// doneAt is when the agent had its response whole, its tools included; false
// where it never had one, or where its last tools were not run. A tool that
// ignores its context counts as over when its own time is.
func (e *evaluation) doneAt(a scenarios.AgentRun) (time.Duration, bool) {
	if !a.Ended || a.Outcome != mocks.Responded {
		return 0, false
	}
	at, tools := a.EndAt, e.tools(a)
	if len(a.Tools) != len(tools) {
		return 0, false
	}
	for i, t := range a.Tools {
		end := t.StartAt + e.o.Setup.ToolTimeout + e.o.Setup.Grace
		if t.Ended && !tools[i].IgnoresContext {
			end = t.EndAt
		}
		at = max(at, end)
	}
	return at, true
}

// owed says that the agent finished in time, so that its response must be in
// what the call returned. Where the moments are too close to call it is not.
//
//	StartAt ---------- agentEnd ---------- agentEnd+Grace ----------
//	    owed    (too close)   owed if before     (too close)  not owed
//	                          the return
func (e *evaluation) owed(c scenarios.Call, a scenarios.AgentRun) bool {
	at, done := e.doneAt(a)
	if !done || !e.canCall(a.Place) {
		return false
	}
	end := e.agentEnd(c, a)
	switch {
	case at > c.Ended || at+e.slack >= end+e.o.Setup.Grace:
		return false
	case at+e.slack < end || at > end+e.slack:
		return true
	default: // it came when its time was over: a call that returns just then may miss it
		return at+e.slack < c.Ended
	}
}

func result(c scenarios.Call, key string) (scenarios.Result, bool) {
	i := slices.IndexFunc(c.Results, func(r scenarios.Result) bool { return r.Key == key })
	if i < 0 {
		return scenarios.Result{}, false
	}
	return c.Results[i], true
}

func (e *evaluation) policy() executor.Policy { return executor.Policy(e.o.Setup.Policy) }
