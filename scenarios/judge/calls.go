package judge

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// This file says what happened to the agents of a call, in the words of the
// contract.

// described are the calls that can be judged agent by agent: those that
// returned, and those that will never return. It is a doubt where there is none,
// or where one was not observed for long enough.
func (e *evaluation) described(check *clauseCheck) []scenarios.Call {
	var calls []scenarios.Call
	for _, c := range e.o.Calls {
		switch {
		case len(c.Agents) != len(e.s.Agents):
		case c.Returned || e.overdue(c):
			calls = append(calls, c)
		default:
			check.doubt("request %d was observed for %v only", c.Index, ms(c.Ended-c.Started))
		}
	}
	if len(calls) == 0 {
		check.doubt("no call was described agent by agent")
	}
	return calls
}

// overdue reports whether the caller was still waiting clearly after its bound.
func (e *evaluation) overdue(c scenarios.Call) bool {
	return !c.Returned && c.Ended > e.over(c)+e.o.Setup.Grace+e.lateness()
}

// mayReturnEarly reports whether the call may return without waiting for its agents:
// under FailFast, once an agent has failed or the caller has ended the call, and in
// the latter case with an error under FirstError, or where the executor does not claim
// to wait for its agents.
func (e *evaluation) mayReturnEarly(c scenarios.Call) bool {
	ended := c.Error != "" && callerEnd(c) <= c.Ended
	switch e.policy() {
	case executor.FailFast:
		return ended || e.anyFailed(c)
	case executor.FirstError:
		return ended
	}
	return ended && slices.Contains(e.o.Setup.Lacks, int(executor.Joins))
}

// needsNoResults reports whether the policy allows the call to return no results.
func (e *evaluation) needsNoResults(c scenarios.Call) bool {
	return e.mayReturnEarly(c) || e.policy() == executor.FirstError && c.Error != "" && len(c.Results) == 0
}

// anyFailed reports whether an agent of the call failed in any way.
func (e *evaluation) anyFailed(c scenarios.Call) bool {
	return len(e.failures(c)) > 0 || slices.ContainsFunc(c.Agents, func(a scenarios.AgentRun) bool {
		return !e.canCall(a.Place) || e.failedSilently(c, a)
	})
}

// failedSilently reports whether the agent failed without an end of its own: it
// was still running when its time was over, or clause 6 allowed to refuse it.
func (e *evaluation) failedSilently(c scenarios.Call, a scenarios.AgentRun) bool {
	if !a.Started {
		return !e.mustCall(a)
	}
	return a.RunningAtReturn && e.agentEnd(c, a) <= c.Ended
}

// failure is an agent that failed before its call returned.
type failure struct {
	run scenarios.AgentRun
	at  time.Duration
	// own says that it failed by itself, and not because its context was done.
	own bool
}

// failures are those of a call, in order of time. At the same moment, agents that
// failed by themselves come before those whose context was done, since these may
// be a consequence.
func (e *evaluation) failures(c scenarios.Call) []failure {
	var all []failure
	for _, a := range c.Agents {
		if !e.canCall(a.Place) || !a.Ended || a.EndAt > c.Ended || a.Outcome == mocks.Responded {
			continue
		}
		own := a.Outcome != mocks.Stopped && (a.Outcome != mocks.Failed || !a.DoneAtEnd || strings.Contains(a.Error, mocks.ErrFault.Error()))
		all = append(all, failure{run: a, at: a.EndAt, own: own})
	}
	slices.SortStableFunc(all, func(a, b failure) int {
		if a.at == b.at && a.own != b.own {
			return map[bool]int{true: -1, false: 1}[a.own]
		}
		return cmp.Compare(a.at, b.at)
	})
	return all
}

// cutShort are agents whose context was ended while their own time and the
// caller's were not over.
func (e *evaluation) cutShort(c scenarios.Call) (runs []scenarios.AgentRun) {
	for _, f := range e.failures(c) {
		if !f.own && f.at+e.slack < e.agentEnd(c, f.run) {
			runs = append(runs, f.run)
		}
	}
	return runs
}

// cutByFailure are those of cutShort that may have been ended by the failure of
// another agent.
func (e *evaluation) cutByFailure(c scenarios.Call) []scenarios.AgentRun {
	return slices.DeleteFunc(e.cutShort(c), func(a scenarios.AgentRun) bool { return !e.failedBefore(c, a) })
}

// cutForNothing are those of cutShort that nothing can have ended. Those that had
// waited for a place of the limit are cutInQueue.
func (e *evaluation) cutForNothing(c scenarios.Call) []scenarios.AgentRun {
	return slices.DeleteFunc(e.cutShort(c), func(a scenarios.AgentRun) bool { return e.failedBefore(c, a) || e.queued(c, a) })
}

// cutInQueue are agents that nothing can have ended but the time for which they had
// waited for a place of the limit.
func (e *evaluation) cutInQueue(c scenarios.Call) []scenarios.AgentRun {
	return slices.DeleteFunc(e.cutShort(c), func(a scenarios.AgentRun) bool { return e.failedBefore(c, a) || !e.queued(c, a) })
}

// queued reports whether the agent had to wait for a place of the limit.
func (e *evaluation) queued(c scenarios.Call, a scenarios.AgentRun) bool {
	return e.limit > 0 && a.StartAt > c.Started+e.slack
}

// failedBefore reports whether another agent had failed by itself before this one
// ended, or could not be called.
func (e *evaluation) failedBefore(c scenarios.Call, a scenarios.AgentRun) bool {
	return slices.ContainsFunc(e.callable[:len(c.Agents)], func(can bool) bool { return !can }) ||
		slices.ContainsFunc(e.failures(c), func(f failure) bool { return f.own && f.run.Place != a.Place && f.at <= a.EndAt+e.slack })
}

// notWaitedFor are agents for which the call did not wait as long as it must.
func (e *evaluation) notWaitedFor(c scenarios.Call) (runs []scenarios.AgentRun) {
	if !c.Returned {
		return nil
	}
	for _, a := range c.Agents {
		if e.canCall(a.Place) && !e.served(c, a) && (e.leftEarly(c, a) || e.refused(c, a)) {
			runs = append(runs, a)
		}
	}
	return runs
}

// leftEarly reports whether the call left the agent behind although the agent
// still had time, or answered within Grace.
func (e *evaluation) leftEarly(c scenarios.Call, a scenarios.AgentRun) bool {
	if a.Started && a.RunningAtReturn && c.Ended+e.slack < e.agentEnd(c, a) {
		return true
	}
	return a.LateOutcome == mocks.Responded && len(e.tools(a)) == 0 &&
		c.Ended+e.slack < a.LateAt && a.LateAt+e.slack < e.agentEnd(c, a)+e.o.Setup.Grace
}

// refused reports whether the call returned early without starting an agent
// that it had to start.
func (e *evaluation) refused(c scenarios.Call, a scenarios.AgentRun) bool {
	return !a.Started && c.Ended+e.slack < e.end(c) && e.mustCall(a)
}

// notCalled are those of notWaitedFor that were never started.
func (e *evaluation) notCalled(c scenarios.Call) []scenarios.AgentRun {
	return slices.DeleteFunc(e.notWaitedFor(c), func(a scenarios.AgentRun) bool { return a.Started })
}
