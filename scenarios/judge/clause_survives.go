package judge

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// survives is clause 7. A crash was ruled on before.
func (e *evaluation) survives(check *clauseCheck) {
	check.want = "the process lives, and what one agent does costs no other its result"
	costs := 0
	for _, c := range e.o.Calls {
		if c.Panic != "" {
			check.fail("request %d: the call itself panicked: %s", c.Index, c.Panic)
		}
		if e.overdue(c) {
			check.fail("request %d never returned", c.Index)
		}
	}
	for _, c := range e.described(check) {
		if !c.Returned {
			continue
		}
		for _, a := range c.Agents {
			if !e.owed(c, a) || e.excused(c) {
				continue
			}
			costs++
			if res, ok := result(c, a.ID); !ok || res.Nil || e.unlike(c, a, res) != "" {
				check.fail("request %d: agent %s lost its result beside %s", c.Index, a.ID, e.culprits(c))
			}
		}
		if left := e.notCalled(c); len(left) > 0 && !e.excused(c) {
			check.fail("request %d: agents %s were not called beside %s", c.Index, ids(left), e.culprits(c))
		}
		for _, res := range c.Results {
			if res.Nil {
				check.fail("request %d: the response under %q is nil", c.Index, res.Key)
			}
		}
		if len(c.Results) == 0 && c.Error == "" && c.Panic == "" && len(c.Agents) > 0 {
			check.fail("request %d: neither a result nor an error, beside %s", c.Index, e.culprits(c))
		}
		e.clearErrors(c, check)
	}
	check.got = fmt.Sprintf("the process lives; %d healthy results kept", costs)
}

// clearErrors wants an error, where one is returned for want of results, to
// say what the agent did.
func (e *evaluation) clearErrors(c scenarios.Call, check *clauseCheck) {
	if c.Error == "" || len(c.Results) > 0 || e.policy() == executor.FailFast {
		return
	}
	whole := c.Ended+e.slack < e.end(c) // it waited for all agents
	for _, f := range e.failures(c) {
		word := map[string]string{mocks.Panicked: "panic", mocks.Exited: "Goexit", mocks.NilReturned: "nil"}[f.run.Outcome]
		if (whole || f.at+e.slack < c.Ended) && word != "" && !strings.Contains(c.Error, word) && len(e.failures(c)) == 1 {
			check.fail("request %d: the error does not say %q: %s", c.Index, word, c.Error)
		}
	}
}

// culprits names the agents of a call that are not healthy.
func (e *evaluation) culprits(c scenarios.Call) string {
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
