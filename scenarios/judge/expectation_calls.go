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

// described are the calls that can be judged agent by agent: those that
// returned, and those that never will. Where there is none, or one was not
// watched for long enough, that is a doubt.
func (e *evaluation) described(check *clauseCheck) []scenarios.Call {
	var calls []scenarios.Call
	for _, c := range e.o.Calls {
		switch {
		case len(c.Agents) != len(e.s.Agents):
		case c.Returned || e.overdue(c):
			calls = append(calls, c)
		default:
			check.doubt("request %d was watched for %v only", c.Index, ms(c.Ended-c.Started))
		}
	}
	if len(calls) == 0 {
		check.doubt("no call was described agent by agent")
	}
	return calls
}

// excused says that the policy allows the call to come back without results:
// FailFast does, once an agent has failed.
func (e *evaluation) excused(c scenarios.Call) bool {
	return e.policy() == executor.FailFast && e.anyFailed(c)
}

func (e *evaluation) anyFailed(c scenarios.Call) bool {
	invalid := slices.ContainsFunc(c.Agents, func(a scenarios.AgentRun) bool { return !e.canCall(a.Place) })
	return invalid || len(e.failures(c)) > 0 || slices.ContainsFunc(c.Agents, func(a scenarios.AgentRun) bool { return e.givenUp(c, a) })
}

// givenUp says that an agent failed although it never said so: it was still
// running when its time was over, or clause 6 turned it away.
func (e *evaluation) givenUp(c scenarios.Call, a scenarios.AgentRun) bool {
	if !a.Started {
		return !e.mustCall(a)
	}
	return a.RunningAtReturn && e.agentEnd(c, a) <= c.Ended
}

// failure is one agent that failed before its call returned.
type failure struct {
	run scenarios.AgentRun
	at  time.Duration
	// own says that it failed by itself and not because its context was done.
	own bool
}

// failures are those of a call, the first first; of those at the same moment
// agents that failed by themselves before those whose context was done.
func (e *evaluation) failures(c scenarios.Call) []failure {
	var all []failure
	for _, a := range c.Agents {
		if !e.canCall(a.Place) || !a.Ended || a.EndAt > c.Ended || a.Outcome == mocks.Responded {
			continue
		}
		own := a.Outcome != mocks.Failed || strings.Contains(a.Error, mocks.ErrFault.Error())
		all = append(all, failure{run: a, at: a.EndAt, own: own})
	}
	slices.SortStableFunc(all, func(a, b failure) int {
		if a.at == b.at && a.own != b.own { // the others' may be its consequence
			return map[bool]int{true: -1, false: 1}[a.own]
		}
		return cmp.Compare(a.at, b.at)
	})
	return all
}

// cutShort are agents whose context was ended while both their own time and
// the caller's were running: somebody else's failure cost them their result.
func (e *evaluation) cutShort(c scenarios.Call) (runs []scenarios.AgentRun) {
	for _, f := range e.failures(c) {
		if !f.own && f.at+e.slack < e.agentEnd(c, f.run) {
			runs = append(runs, f.run)
		}
	}
	return runs
}

// notWaitedFor are agents that the call left behind, or never called, although
// they and the caller still had time, or that answered within their Grace.
func (e *evaluation) notWaitedFor(c scenarios.Call) (runs []scenarios.AgentRun) {
	if !c.Returned {
		return nil
	}
	for _, a := range c.Agents {
		if !e.canCall(a.Place) {
			continue
		}
		if a.Started && a.RunningAtReturn && c.Ended+e.slack < e.agentEnd(c, a) {
			runs = append(runs, a)
		} else if a.LateOutcome == mocks.Responded && len(e.tools(a)) == 0 && c.Ended+e.slack < a.LateAt &&
			a.LateAt+e.slack < e.agentEnd(c, a)+e.o.Setup.Grace {
			runs = append(runs, a)
		}
		if !a.Started && c.Ended+e.slack < e.end(c) && e.mustCall(a) {
			runs = append(runs, a)
		}
	}
	return runs
}

// notCalled are those of notWaitedFor that were never started.
func (e *evaluation) notCalled(c scenarios.Call) []scenarios.AgentRun {
	return slices.DeleteFunc(e.notWaitedFor(c), func(a scenarios.AgentRun) bool { return a.Started })
}

// overdue says that the caller was still waiting, clearly after its bound.
func (e *evaluation) overdue(c scenarios.Call) bool {
	return !c.Returned && c.Ended > e.end(c)+e.o.Setup.Grace+e.lateness()
}

// mustCall says that clause 6 gives no reason to turn this agent away: there is
// one request only, or the agent is one that never gets stuck, and the bounds
// on all agents together are out of reach.
func (e *evaluation) mustCall(a scenarios.AgentRun) bool {
	u, requests := e.o.Setup, e.o.Totals.Requests
	if u.MaxInFlight > 0 && u.MaxInFlight < u.Agents*requests {
		return false
	}
	total := u.MaxStuckTotal == 0 || stuckKeys(e.s)*requests < u.MaxStuckTotal
	return requests == 1 || !a.Ignores && total
}
