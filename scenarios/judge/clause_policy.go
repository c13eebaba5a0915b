package judge

import (
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// partialSuccess is clause 3.
func (e *evaluation) partialSuccess(check *clauseCheck) {
	check.want = map[executor.Policy]string{
		executor.BestEffort:    "the results and a nil error, or else an error that starts with the first failure and holds all",
		executor.CollectErrors: "the results, and an error that holds every failure",
		executor.FailFast:      "the first failure at once, or else the results",
	}[e.policy()]
	calls := e.described(check)
	for _, c := range calls {
		switch {
		case !c.Returned:
			check.fail("request %d: neither results nor an error: the caller still waits", c.Index)
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

// noAgents is what the original did without agents: an empty map, no error.
func (e *evaluation) noAgents(c scenarios.Call, check *clauseCheck) {
	if c.Error != "" || c.NilMap || len(c.Results) > 0 {
		check.fail("request %d without agents: got %d results, nil map %v, error %q; want an empty map and no error",
			c.Index, len(c.Results), c.NilMap, c.Error)
	}
}

func (e *evaluation) bestEffort(c scenarios.Call, check *clauseCheck) {
	if cut := e.cutShort(c); len(cut) > 0 {
		check.fail("request %d: healthy agents %s were cancelled by another's failure", c.Index, ids(cut))
	}
	due := e.due(c)
	switch {
	case len(c.Results) > 0 && c.Error != "":
		check.fail("request %d: %d results, but also an error: %s", c.Index, len(c.Results), c.Error)
	case len(c.Results) == 0 && due > 0:
		check.fail("request %d: no results, though %d agents answered", c.Index, due)
	case len(c.Results) == 0 && c.Error == "":
		check.fail("request %d: neither a result nor an error", c.Index)
	case len(c.Results) == 0:
		e.startsWithFirst(c, check)
		e.holdsAll(c, check)
	}
}

func (e *evaluation) collectErrors(c scenarios.Call, check *clauseCheck) {
	if cut := e.cutShort(c); len(cut) > 0 {
		check.fail("request %d: healthy agents %s were cancelled by another's failure", c.Index, ids(cut))
	}
	due := e.due(c)
	switch {
	case len(c.Results) < due:
		check.fail("request %d: %d results, though %d agents answered", c.Index, len(c.Results), due)
	case c.Error == "" && e.anyFailed(c):
		check.fail("request %d: no error, though agents failed", c.Index)
	case c.Error != "" && !e.anyFailed(c) && due == len(c.Agents):
		check.fail("request %d: an error, though no agent failed: %s", c.Index, c.Error)
	case c.Error != "":
		e.holdsAll(c, check)
	}
}

func (e *evaluation) failFast(c scenarios.Call, check *clauseCheck) {
	failed := e.failures(c)
	if len(failed) == 0 {
		if c.Error != "" && !e.anyFailed(c) && e.due(c) == len(c.Agents) {
			check.fail("request %d: an error, though no agent failed: %s", c.Index, c.Error)
		}
		return
	}
	first := failed[0]
	if c.Error == "" {
		check.fail("request %d: no error, though agent %s failed", c.Index, first.run.ID)
		return
	}
	if named := e.namesFirst(c, failed); !named {
		check.fail("request %d: errors.Is does not find the first failure, agent %s's: %s", c.Index, first.run.ID, c.Error)
	}
	if late := c.Ended - first.at - e.o.Setup.Grace; late > e.slack {
		check.fail("request %d returned %v after the first failure, want within Grace (%v)", c.Index, ms(c.Ended-first.at), e.o.Setup.Grace)
	}
}

// namesFirst says that errors.Is finds the first failure, or another agent's own
// that came at the same moment. One that is not a mock's own cannot be told.
func (e *evaluation) namesFirst(c scenarios.Call, failed []failure) bool {
	told := false
	for _, f := range failed {
		if f.at-failed[0].at > e.slack || !f.own || !strings.Contains(f.run.Error, mocks.ErrFault.Error()) {
			continue
		}
		if told = true; slices.Contains(c.Is, "agent "+f.run.ID) {
			return true
		}
	}
	return !told
}

// due is how many results the call owes.
func (e *evaluation) due(c scenarios.Call) (n int) {
	for _, a := range c.Agents {
		if e.owed(c, a) {
			n++
		}
	}
	return n
}
