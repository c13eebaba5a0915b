package judge

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// cancels is clause 4.
func (e *evaluation) cancels(check *clauseCheck) {
	check.want = "agents running at the return have a done context, and nothing starts after the caller's cancellation"
	running, started, looked, sent := 0, 0, 0, 0
	for _, c := range e.o.Calls {
		over := e.overByFailure(c)
		for _, a := range c.Agents {
			looked++
			if !a.Started {
				continue
			}
			started++
			if a.RunningAtReturn {
				running++
				if !a.DoneAtReturn {
					check.fail("request %d: agent %s ran on with a live context when the call was over", c.Index, a.ID)
				}
			}
			if e.afterEnd(c, a.StartAt) {
				check.fail("request %d: agent %s was started, %v after the caller had cancelled", c.Index, a.ID, ms(a.StartAt-c.CancelledAt))
			}
			sent += len(a.Attempts)
			for _, at := range a.Attempts {
				if late := at - e.agentEnd(c, a); !a.Ignores && late > e.lateness() {
					check.fail("request %d: the client of agent %s sent a request %v after its time was over", c.Index, a.ID, ms(late))
				}
			}
			if a.StartAt > over {
				check.fail("request %d: agent %s was started at %v, when %s had ended the call", c.Index, a.ID, ms(a.StartAt), executor.FailFast)
			}
			for _, t := range a.Tools {
				if e.afterEnd(c, t.StartAt) {
					check.fail("request %d: tool %s of agent %s was started, %v after the caller had cancelled", c.Index, t.Name, a.ID, ms(t.StartAt-c.CancelledAt))
				}
			}
		}
	}
	if looked == 0 && len(e.s.Agents) > 0 {
		check.doubt("no call was described agent by agent")
	}
	check.got = fmt.Sprintf("%d agents started, %d of them still running at the return, all cancelled", started, running)
	if e.s.OnWire() {
		check.got += fmt.Sprintf("; %d HTTP requests sent, none after its agent's time", sent)
	}
}

// afterEnd says that at is clearly after the caller's end. Where the caller had
// cancelled before the call, any start is.
func (e *evaluation) afterEnd(c scenarios.Call, at time.Duration) bool {
	if c.CancelledAt == 0 {
		return false
	}
	return c.CancelledAt <= c.Started && e.s.Caller.CancelBefore || at > c.CancelledAt+e.slack
}

// overByFailure is from when on FailFast has no more use for any agent: clearly
// after the first failure.
func (e *evaluation) overByFailure(c scenarios.Call) time.Duration {
	if e.policy() == executor.FailFast {
		if failed := e.failures(c); len(failed) > 0 {
			return failed[0].at + e.slack
		}
	}
	return never
}
