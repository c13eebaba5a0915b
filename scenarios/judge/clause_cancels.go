package judge

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// cancelCounts are the agents that cancels has checked.
type cancelCounts struct{ described, started, running, sent int }

// cancels is clause 4.
func (e *evaluation) cancels(check *clauseCheck) {
	check.want = "every context that the call gave to an agent is done once it has returned, and nothing starts after the caller's cancellation"
	var n cancelCounts
	for _, c := range e.o.Calls {
		for _, a := range c.Agents {
			n.described++
			if a.Started {
				n.started++
				n.sent += len(a.Attempts)
				if a.RunningAtReturn {
					n.running++
				}
				e.cancelled(c, a, check)
			}
		}
	}
	if n.described == 0 && len(e.s.Agents) > 0 {
		check.doubt("no call was described agent by agent")
	}
	check.got = fmt.Sprintf("%s started, %d of them still running at the return, all cancelled", plural.Count(n.started, "agent"), n.running)
	if e.s.OnWire() {
		check.got += fmt.Sprintf("; %s sent, none after its agent's time", plural.Count(n.sent, "HTTP request"))
	}
}

// cancelled checks one agent that was started.
func (e *evaluation) cancelled(c scenarios.Call, a scenarios.AgentRun, check *clauseCheck) {
	switch {
	case e.usedElsewhere(c, a): // another call still needed it
	case a.RunningAtReturn && !a.DoneAtReturn && (c.Returned || e.overdue(c)):
		check.fail("request %d: agent %s was running when the call ended, and its context was not done", c.Index, a.ID)
	case a.Open && c.Returned:
		check.fail("request %d: the context of agent %s, which had ended, was not done when the call had returned", c.Index, a.ID)
	}
	if e.afterEnd(c, a.StartAt) {
		check.fail("request %d: agent %s was started %v after the caller had cancelled", c.Index, a.ID, ms(a.StartAt-c.CancelledAt))
	}
	for _, at := range a.Attempts {
		if late := at - e.agentEnd(c, a); !a.Ignores && late > e.lateness() {
			check.fail("request %d: the client of agent %s sent a request %v after the agent's time was over", c.Index, a.ID, ms(late))
		}
	}
	if a.StartAt > e.endByFailure(c) {
		check.fail("request %d: agent %s was started at %v, when %s had ended the call", c.Index, a.ID, ms(a.StartAt), executor.FailFast)
	}
	for _, t := range a.Tools {
		if e.afterEnd(c, t.StartAt) {
			check.fail("request %d: tool %s of agent %s was started %v after the caller had cancelled", c.Index, t.Name, a.ID, ms(t.StartAt-c.CancelledAt))
		}
	}
}

// afterEnd reports whether the moment is clearly after the caller's end. Where
// the caller had cancelled before the call, any moment is.
func (e *evaluation) afterEnd(c scenarios.Call, at time.Duration) bool {
	if c.CancelledAt == 0 {
		return false
	}
	return c.CancelledAt <= c.Started && e.s.Caller.CancelBefore || at > c.CancelledAt+e.slack
}

// endByFailure is the moment from which on FailFast needs no other agent:
// clearly after the first failure. It is never with other policies.
func (e *evaluation) endByFailure(c scenarios.Call) time.Duration {
	if e.policy() == executor.FailFast {
		if failed := e.failures(c); len(failed) > 0 {
			return failed[0].at + e.slack
		}
	}
	return never
}

// joins is clause 12.
func (e *evaluation) joins(check *clauseCheck) {
	check.want = "nothing of the call runs any more when it returns, if all agents honour their context"
	check.got = "nothing ran any more"
	returned := 0
	for _, c := range e.described(check) {
		if !c.Returned {
			continue
		}
		returned++
		if running := e.stillRunning(c); len(running) > 0 {
			check.fail("request %d: %s still running when the call returned", c.Index, agentsWere(running))
		}
	}
	switch l := e.o.AtReturn; {
	case l == nil || !l.Inspected:
		check.got = "no agent ran any more (other goroutines were not inspected)"
	case len(check.failures) == 0:
		// What never ends breaks clause 5.
		if n := notByAgents(*l) - notByAgents(e.o.Left); n > 0 {
			check.fail("%s still running when the last call returned", plural.Count(n, "goroutine"))
			check.evidence = append(check.evidence, e.othersLeft(*l)...)
		}
	}
	if returned == 0 {
		check.doubt("no call returned")
	}
}

// stillRunning are the agents of a call that honour their context and had not ended
// when it returned. Which of two came first at the same moment of virtual time is chance:
// agents that end at the moment of the return are not among them.
func (e *evaluation) stillRunning(c scenarios.Call) (runs []scenarios.AgentRun) {
	for _, a := range c.Agents {
		tie := e.o.Clock == scenarios.VirtualClock && a.LateAt == c.Ended
		if a.Started && a.RunningAtReturn && !a.Ignores && !tie && !e.usedElsewhere(c, a) {
			runs = append(runs, a)
		}
	}
	return runs
}
