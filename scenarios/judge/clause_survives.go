package judge

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// survives is clause 7 where the process did not die; see crashed.
func (e *evaluation) survives(check *clauseCheck) {
	check.want = "the process does not die, and no agent's fault costs another agent its result"
	for _, c := range e.o.Calls {
		check.breach = e.breachOf(c)
		if c.Panic != "" {
			check.fail("request %d: the call itself panicked: %s", c.Index, c.Panic)
		}
		if e.overdue(c) {
			check.fail("request %d never returned", c.Index)
		}
	}
	kept := 0
	for _, c := range e.described(check) {
		check.breach = e.breachOf(c)
		if c.Returned {
			kept += e.healthyKept(c, check)
			e.hasAnswer(c, check)
			e.saysWhatFailed(c, check)
		}
	}
	check.got = fmt.Sprintf("the process did not die; %s of healthy agents kept", plural.Count(kept, "result"))
}

// healthyKept checks that healthy agents were called and kept their results. It
// returns how many results were due.
func (e *evaluation) healthyKept(c scenarios.Call, check *clauseCheck) (due int) {
	if e.needsNoResults(c) {
		return 0
	}
	for _, a := range c.Agents {
		if e.due(c, a) {
			due++
			if res, ok := result(c, a.ID); !ok || res.Nil || e.incomplete(c, a, res) != "" {
				check.fail("request %d: agent %s lost its result; others of the call: %s", c.Index, a.ID, e.faulty(c))
			}
		}
	}
	if left := e.notCalled(c); len(left) > 0 && !e.mayReturnEarly(c) {
		check.fail("request %d: %s not called; others of the call: %s", c.Index, agentsWere(left), e.faulty(c))
	}
	return due
}

// hasAnswer checks that the call returned something that a caller can use.
func (e *evaluation) hasAnswer(c scenarios.Call, check *clauseCheck) {
	for _, res := range c.Results {
		if res.Nil {
			check.fail("request %d: the response under %q is nil", c.Index, res.Key)
		}
	}
	if len(c.Results) == 0 && c.Error == "" && c.Panic == "" && len(c.Agents) > 0 {
		check.fail("request %d: neither a result nor an error; agents of the call: %s", c.Index, e.faulty(c))
	}
}

// saysWhatFailed checks an error that was returned for lack of results: where the
// only failure is a panic, the error has the text of the panic's value.
func (e *evaluation) saysWhatFailed(c scenarios.Call, check *clauseCheck) {
	failed := e.failures(c)
	if c.Error == "" || len(c.Results) > 0 || len(failed) != 1 || failed[0].run.Outcome != mocks.Panicked {
		return
	}
	waitedForAll := c.Ended+e.slack < e.end(c)
	if (waitedForAll || failed[0].at+e.slack < c.Ended) && !strings.Contains(c.Error, failed[0].run.Error) {
		check.fail("request %d: the error does not have the text of the panic of agent %s (%s): %s", c.Index, failed[0].run.ID, failed[0].run.Error, c.Error)
	}
}

// faulty names the agents of a call that did not answer.
func (e *evaluation) faulty(c scenarios.Call) string {
	var all []string
	for _, a := range c.Agents {
		switch {
		case !e.canCall(a.Place):
			all = append(all, fmt.Sprintf("agents[%d], which cannot be called", a.Place))
		case a.Outcome != mocks.Responded:
			all = append(all, fmt.Sprintf("%s (%s)", a.ID, a.Fault))
		}
	}
	if len(all) == 0 {
		return "healthy agents"
	}
	return strings.Join(all, ", ")
}
