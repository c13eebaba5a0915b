package judge

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// This file says when calls and agents must end, and which results are due.

// never is later than any moment of a cell.
const never = time.Duration(1<<63 - 1)

// callerEnd is when the caller's context was done, but not before the call started.
func callerEnd(c scenarios.Call) time.Duration {
	if c.CancelledAt == 0 {
		return never
	}
	return max(c.CancelledAt, c.Started)
}

// end is when the time of a call is over, without Grace.
func (e *evaluation) end(c scenarios.Call) time.Duration {
	return min(callerEnd(c), c.Started+e.span(), leftAt(c))
}

// span is how long all agents of a call may take together.
func (e *evaluation) span() time.Duration {
	u := e.o.Setup
	u.Limit = e.limit
	return u.Span()
}

// seenLimit is Setup.Limit. Where the executor claims none, it may have a bound of
// its own: then it is the largest number of agents of a call that ran at a time, if
// any agent had to wait or was never started.
func (e *evaluation) seenLimit() (most int) {
	if !slices.Contains(e.o.Setup.Lacks, int(executor.RespectsLimit)) {
		return e.o.Setup.Limit
	}
	waited := false
	for _, c := range e.o.Calls {
		most = max(most, e.peak(c))
		waited = waited || slices.ContainsFunc(c.Agents, func(a scenarios.AgentRun) bool {
			return e.canCall(a.Place) && (!a.Started || a.StartAt > c.Started+e.slack)
		})
	}
	if !waited {
		return 0
	}
	return most
}

// agentEnd is when the time of one agent is over, without Grace.
func (e *evaluation) agentEnd(c scenarios.Call, a scenarios.AgentRun) time.Duration {
	return min(e.end(c), a.StartAt+e.o.Setup.AgentTimeout)
}

// due reports whether the agent finished in time, so that the call must return
// its result. Where the moments are too close together to know, it is false.
//
//	StartAt ---------- agentEnd ---------- agentEnd+Grace ----------
//	     due    (too close)    due if before    (too close)  not due
//	                           the return
func (e *evaluation) due(c scenarios.Call, a scenarios.AgentRun) bool {
	at, complete := e.completeAt(a)
	if !complete || !e.canCall(a.Place) {
		return false
	}
	end := e.agentEnd(c, a)
	switch {
	case at > c.Ended || at+e.slack >= end+e.o.Setup.Grace:
		return false
	case at+e.slack < end || at > end+e.slack:
		return true
	default: // it finished when its time was over: a call that returned then may have missed it
		return at+e.slack < c.Ended
	}
}

// completeAt is when the agent's response was complete, its tools included. It
// is false where the agent has no response, or where not all of its tools ran. A
// tool that ignores its context counts as ended when its own time is over.
func (e *evaluation) completeAt(a scenarios.AgentRun) (time.Duration, bool) {
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

// canCall reports whether the agent in this place can be called at all: it is
// not nil, and it has an ID that no agent before it has.
func (e *evaluation) canCall(place int) bool {
	return place >= 0 && place < len(e.callable) && e.callable[place]
}

// callablePlaces says, for each place, whether its agent can be called.
func callablePlaces(agents []scenarios.Agent) []bool {
	callable, seen := make([]bool, len(agents)), make(map[string]bool, len(agents))
	for i, a := range agents {
		callable[i] = !a.Nil && a.ID != "" && !seen[a.ID]
		if !a.Nil {
			seen[a.ID] = true
		}
	}
	return callable
}

// mustCall reports whether clause 6 gives no reason to refuse this agent: the
// bounds on all agents together are out of reach, and either there is only one
// request, or the agent never gets stuck.
func (e *evaluation) mustCall(a scenarios.AgentRun) bool {
	u, requests := e.o.Setup, e.o.Totals.Requests
	if u.MaxInFlight > 0 && u.MaxInFlight < u.Agents*requests {
		return false
	}
	belowTotal := u.MaxStuckTotal == 0 || countIgnoring(e.s)*requests < u.MaxStuckTotal
	return requests == 1 || belowTotal && !e.mayBeStuck(a)
}

// mayBeStuck reports whether an earlier call of the agent may not have returned: it
// ignores its context, and a call was left behind, or not all calls are described.
func (e *evaluation) mayBeStuck(a scenarios.AgentRun) bool {
	if !a.Ignores || len(e.o.Calls) < e.o.Totals.Requests {
		return a.Ignores
	}
	return slices.ContainsFunc(e.o.Calls, func(c scenarios.Call) bool {
		return slices.ContainsFunc(c.Agents, func(b scenarios.AgentRun) bool { return b.ID == a.ID && b.RunningAtReturn })
	})
}

// tools are the tools of the agent in the scenario.
func (e *evaluation) tools(a scenarios.AgentRun) []mocks.ToolFault {
	if a.Place < 0 || a.Place >= len(e.s.Agents) {
		return nil
	}
	return e.s.Agents[a.Place].Tools
}

func (e *evaluation) policy() executor.Policy { return executor.Policy(e.o.Setup.Policy) }

// result is the call's result under this key.
func result(c scenarios.Call, key string) (scenarios.Result, bool) {
	i := slices.IndexFunc(c.Results, func(r scenarios.Result) bool { return r.Key == key })
	if i < 0 {
		return scenarios.Result{}, false
	}
	return c.Results[i], true
}
