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
	check.want = "agents that run when the call returns have a done context, and nothing starts after the caller's cancellation"
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
	if a.RunningAtReturn && !a.DoneAtReturn {
		check.fail("request %d: agent %s was running when the call ended, and its context was not done", c.Index, a.ID)
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
