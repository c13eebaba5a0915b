package judge

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// partialSuccess is clause 3.
func (e *evaluation) partialSuccess(check *clauseCheck) {
	check.want = map[executor.Policy]string{
		executor.BestEffort:    "the results and a nil error; without results, an error that starts with the first failure and contains all",
		executor.CollectErrors: "the results, and an error that contains every failure",
		executor.FailFast:      "the first failure at once; without failures, the results",
		executor.FirstError:    "all agents waited for, and the first failure alone; without failures, the results",
	}[e.policy()]
	calls := e.described(check)
	for _, c := range calls {
		check.breach = e.breachOf(c)
		switch {
		case !c.Returned:
			check.fail("request %d: neither results nor an error: the caller is still waiting", c.Index)
		case c.Panic != "":
			check.fail("request %d: the call itself panicked: %s", c.Index, c.Panic)
		case len(e.s.Agents) == 0:
			e.noAgents(c, check)
		default:
			e.errorForNothing(c, check)
			e.byPolicy(c, check)
		}
	}
	if len(calls) > 0 {
		check.got = saw(scenarios.Observation{Calls: calls[len(calls)-1:], Setup: e.o.Setup})
	}
}

// noAgents checks a call without agents. The original executor returns an empty
// map and no error then.
func (e *evaluation) noAgents(c scenarios.Call, check *clauseCheck) {
	if c.Error != "" || c.NilMap || len(c.Results) > 0 {
		check.fail("request %d without agents: got %d results, nil map %v, error %q; want an empty map and no error",
			c.Index, len(c.Results), c.NilMap, c.Error)
	}
}

// byPolicy checks what the policy promises. Every policy but BestEffort promises with
// a nil error that each agent has its result.
func (e *evaluation) byPolicy(c scenarios.Call, check *clauseCheck) {
	if e.policy() == executor.BestEffort {
		e.bestEffort(c, check)
		return
	}
	if holes := e.withoutResult(c); c.Error == "" && len(holes) > 0 {
		check.fail("request %d: no error, although there is no result of %s", c.Index, agents(holes))
		return
	}
	switch e.policy() {
	case executor.FailFast:
		e.failFast(c, check)
	case executor.CollectErrors:
		e.collectErrors(c, check)
	case executor.FirstError:
		e.firstError(c, check)
	}
}

// withoutResult are the agents without a result, those included that cannot be
// called.
func (e *evaluation) withoutResult(c scenarios.Call) (runs []scenarios.AgentRun) {
	for _, a := range c.Agents {
		if res, ok := result(c, a.ID); !ok || res.Nil || !e.canCall(a.Place) {
			runs = append(runs, a)
		}
	}
	return runs
}

// errorForNothing fails an error of a call in which no agent had failed, whose
// caller had not ended it and whose time was not over.
func (e *evaluation) errorForNothing(c scenarios.Call, check *clauseCheck) {
	if c.Error != "" && !e.anyFailed(c) && len(e.failedElsewhere(c)) == 0 && c.Ended+e.slack < e.end(c) && callerEnd(c) == never {
		check.fail("request %d: an error, although no agent had failed, the caller had not cancelled and no time was over: %s", c.Index, c.Error)
	}
}

func (e *evaluation) bestEffort(c scenarios.Call, check *clauseCheck) {
	e.notCutShort(c, check)
	due := e.countDue(c)
	switch {
	case len(c.Results) > 0 && c.Error != "":
		check.fail("request %d: %s, but also an error: %s", c.Index, plural.Count(len(c.Results), "result"), c.Error)
	case len(c.Results) == 0 && due > 0:
		check.fail("request %d: no results, although %s answered", c.Index, plural.Count(due, "agent"))
	case len(c.Results) == 0 && c.Error == "":
		check.fail("request %d: neither a result nor an error", c.Index)
	case len(c.Results) == 0:
		e.startsWithFirst(c, check)
		e.containsAll(c, check)
	}
}

func (e *evaluation) collectErrors(c scenarios.Call, check *clauseCheck) {
	e.notCutShort(c, check)
	due := e.countDue(c)
	switch {
	case len(c.Results) < due:
		check.fail("request %d: %s, although %s answered", c.Index, plural.Count(len(c.Results), "result"), plural.Count(due, "agent"))
	case c.Error != "":
		e.containsAll(c, check)
	}
}

func (e *evaluation) firstError(c scenarios.Call, check *clauseCheck) {
	e.notCutShort(c, check)
	failed := e.failures(c)
	if len(failed) == 0 {
		return
	}
	inOrder := slices.MinFunc(failed, func(a, b failure) int { return cmp.Compare(a.run.Place, b.run.Place) })
	if !e.findsFirst(c, failed) && !e.findsFirst(c, []failure{inOrder}) {
		check.fail("request %d: the error is neither the first failure in time, that of agent %s, nor the first in the order of the agents, that of agent %s: %s",
			c.Index, failed[0].run.ID, inOrder.run.ID, c.Error)
	}
}

func (e *evaluation) failFast(c scenarios.Call, check *clauseCheck) {
	failed := e.failures(c)
	if len(failed) == 0 {
		return
	}
	first := failed[0]
	if !e.findsFirst(c, failed) {
		check.fail("request %d: the error is not the first failure, that of agent %s: %s", c.Index, first.run.ID, c.Error)
	}
	if late := c.Ended - first.at - e.o.Setup.Grace; late > e.slack {
		check.fail("request %d returned %v after the first failure, want within Grace (%v)", c.Index, ms(c.Ended-first.at), e.o.Setup.Grace)
	}
}

// findsFirst reports whether the call's error is the first failure, or another
// agent's own failure at the same moment. Only failures that can be recognized
// count; where none can, findsFirst is true.
func (e *evaluation) findsFirst(c scenarios.Call, failed []failure) bool {
	recognizable := false
	for _, f := range failed {
		if f.at-failed[0].at > e.slack || !f.own || f.run.Error == "" {
			continue
		}
		if recognizable = true; f.in(c) {
			return true
		}
	}
	return !recognizable
}

// in reports whether a caller finds the failure in the call's error: an agent's own
// error by errors.Is, a panic by the text of its value.
func (f failure) in(c scenarios.Call) bool {
	if f.run.Outcome == mocks.Panicked {
		return strings.Contains(c.Error, f.run.Error)
	}
	return slices.Contains(c.Is, f.cause())
}

// cause is what errors.Is must find in the call's error for the failure.
func (f failure) cause() string {
	switch {
	case strings.Contains(f.run.Error, mocks.ErrFault.Error()):
		return "agent " + f.run.ID
	case strings.Contains(f.run.Error, context.DeadlineExceeded.Error()):
		return "context.DeadlineExceeded"
	}
	return "context.Canceled"
}

// notCutShort fails healthy agents that another's failure ended.
func (e *evaluation) notCutShort(c scenarios.Call, check *clauseCheck) {
	if cut := e.cutByFailure(c); len(cut) > 0 {
		check.fail("request %d: healthy %s cancelled by another's failure", c.Index, agentsWere(cut))
	}
}

// countDue is how many results the call must return.
func (e *evaluation) countDue(c scenarios.Call) (n int) {
	for _, a := range c.Agents {
		if e.due(c, a) {
			n++
		}
	}
	return n
}
