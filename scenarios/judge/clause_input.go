package judge

import (
	"time"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// touchesNoInput is clause 10.
func (e *evaluation) touchesNoInput(check *clauseCheck) {
	check.want = "agents, history and input are not modified, and there is no data race"
	for _, what := range e.o.InputTouched {
		check.fail("%s", what)
	}
	for _, race := range e.o.Races {
		check.fail("data race: %s", race)
	}
	check.got = "inputs not modified"
	if e.o.Race {
		check.got += ", no data race reported"
	} else {
		check.got += " (data races are unknown: this binary was not built with -race)"
	}
}

// causesNeeded is how many agents must have been cancelled by a caller with a cause
// before it counts that none got it: an executor may cancel some of them itself.
const causesNeeded = 16

// passesContext is clause 11.
func (e *evaluation) passesContext(check *clauseCheck) {
	check.want = "every agent's context has the values and the deadline of the caller's, and the cause of its cancellation"
	started, cancelled, caused := 0, 0, 0
	for _, c := range e.described(check) {
		for _, a := range c.Agents {
			if !a.Started || e.usedElsewhere(c, a) {
				continue
			}
			started++
			e.contextKept(c, a, check)
			if caller := e.s.CallerOf(c.Index); caller.Cause != "" && a.Cause != "" && a.StartAt < callerEnd(c) {
				cancelled++
				if a.Cause == caller.Cause {
					caused++
				}
			}
		}
	}
	if cancelled >= causesNeeded && caused == 0 {
		check.fail("the caller cancelled with the cause %q, and none of %s got it", e.s.Caller.Cause, plural.Count(cancelled, "agent"))
	}
	if started == 0 {
		check.notApplicable = "no agent was started"
	}
	check.got = "values and deadlines of " + plural.Count(started, "agent") + " kept"
}

// contextKept checks the context of one agent.
func (e *evaluation) contextKept(c scenarios.Call, a scenarios.AgentRun, check *clauseCheck) {
	if a.ValuesLost {
		check.fail("request %d: the context of agent %s does not have the caller's values", c.Index, a.ID)
	}
	deadline := e.s.CallerOf(c.Index).Deadline
	if deadline == 0 || e.s.Caller.Foreign {
		return
	}
	switch late := a.Deadline - (c.Started + deadline); {
	case a.Deadline == 0:
		check.fail("request %d: the context of agent %s has no deadline, the caller's has one", c.Index, a.ID)
	case late > e.slack+time.Millisecond:
		check.fail("request %d: the deadline of agent %s is %v after the caller's", c.Index, a.ID, ms(late))
	}
}
