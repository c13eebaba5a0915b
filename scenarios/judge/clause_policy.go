package judge

import (
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
	}[e.policy()]
	calls := e.described(check)
	for _, c := range calls {
		switch {
		case !c.Returned:
			check.fail("request %d: neither results nor an error: the caller is still waiting", c.Index)
		case c.Panic != "":
			check.fail("request %d: the call itself panicked: %s", c.Index, c.Panic)
		case len(e.s.Agents) == 0:
			e.noAgents(c, check)
		case e.policy() == executor.FailFast:
			e.failFast(c, check)
		case e.policy() == executor.CollectErrors:
			e.collectErrors(c, check)
		default:
			e.bestEffort(c, check)
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
	case c.Error == "" && e.anyFailed(c):
		check.fail("request %d: no error, although agents failed", c.Index)
	case c.Error != "" && !e.anyFailed(c) && due == len(c.Agents):
		check.fail("request %d: an error, although no agent failed: %s", c.Index, c.Error)
	case c.Error != "":
		e.containsAll(c, check)
	}
}

func (e *evaluation) failFast(c scenarios.Call, check *clauseCheck) {
	failed := e.failures(c)
	if len(failed) == 0 {
		if c.Error != "" && !e.anyFailed(c) && e.countDue(c) == len(c.Agents) {
			check.fail("request %d: an error, although no agent failed: %s", c.Index, c.Error)
		}
		return
	}
	first := failed[0]
	if c.Error == "" {
		check.fail("request %d: no error, although agent %s failed", c.Index, first.run.ID)
		return
	}
	if !e.findsFirst(c, failed) {
		check.fail("request %d: errors.Is does not find the first failure, that of agent %s: %s", c.Index, first.run.ID, c.Error)
	}
	if late := c.Ended - first.at - e.o.Setup.Grace; late > e.slack {
		check.fail("request %d returned %v after the first failure, want within Grace (%v)", c.Index, ms(c.Ended-first.at), e.o.Setup.Grace)
	}
}

// findsFirst reports whether errors.Is finds the first failure, or another
// agent's own failure at the same moment. Only failures that are a mock's own
// error can be recognized; where none is, findsFirst is true.
func (e *evaluation) findsFirst(c scenarios.Call, failed []failure) bool {
	recognizable := false
	for _, f := range failed {
		if f.at-failed[0].at > e.slack || !f.own || !strings.Contains(f.run.Error, mocks.ErrFault.Error()) {
			continue
		}
		if recognizable = true; slices.Contains(c.Is, "agent "+f.run.ID) {
			return true
		}
	}
	return !recognizable
}

// notCutShort fails healthy agents that another's failure ended.
func (e *evaluation) notCutShort(c scenarios.Call, check *clauseCheck) {
	if cut := e.cutShort(c); len(cut) > 0 {
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
