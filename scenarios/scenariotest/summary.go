package scenariotest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// counters count what became of the subtests of a call of Test.
type counters struct {
	status map[scenarios.Status]int
	// judged are the names of the scenarios with a verdict other than unknown.
	judged map[string]bool
	// notRun is how many scenarios could not be run.
	notRun int
	// reasons has the number of scenarios in which each waiver was used.
	reasons map[waiverUse]int
}

type waiverUse struct {
	clause executor.Clause
	reason string
}

func (n *counters) add(scenario string, s scenarios.Status) {
	if n.status == nil {
		n.status, n.judged, n.reasons = map[scenarios.Status]int{}, map[string]bool{}, map[waiverUse]int{}
	}
	n.status[s]++
	n.judged[scenario] = n.judged[scenario] || s != scenarios.Unknown
}

func (n *counters) use(v scenarios.Verdict) {
	for _, c := range v.Clauses {
		if c.Status == scenarios.Waived {
			n.reasons[waiverUse{c.Clause, c.Reason}]++ // a reason that is no waiver's is never asked for
		}
	}
}

// tried says that each scenario which the waiver covers was judged.
func (n *counters) tried(w executor.Waiver) bool {
	return !slices.ContainsFunc(scenarios.Catalogue(), func(s scenarios.Scenario) bool {
		broken := scenarios.Verdict{Scenario: s.Name, Clauses: []scenarios.ClauseResult{{Clause: w.Clause, Status: scenarios.Fail}}}
		return !n.judged[s.Name] && judge.Waive(broken, w).Status() == scenarios.Waived
	})
}

// summary is the last line of Test: how many of all scenarios came to what, and
// what each waiver was used for.
func (n *counters) summary(all int, spec executor.Spec) string {
	ran := 0
	for _, subtests := range n.status {
		ran += subtests
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d of %d scenarios run: %d passed, %d failed, %d waived, %d not applicable, %d unknown", spec.Name, ran, all,
		n.status[scenarios.Pass], n.status[scenarios.Fail], n.status[scenarios.Waived], n.status[scenarios.NotApplicable], n.status[scenarios.Unknown])
	if n.notRun > 0 {
		fmt.Fprintf(&b, "; %d not run, each says why", n.notRun)
	}
	for _, w := range spec.Waivers {
		used := n.reasons[waiverUse{w.Clause, w.Reason}]
		switch {
		case used > 0:
			fmt.Fprintf(&b, "\nwaived in %s: %v: %s", plural.Count(used, "scenario"), w.Clause, w.Reason)
		case n.tried(w):
			fmt.Fprintf(&b, "\nthe waiver of %v was not needed: %s", w.Clause, w.Reason)
		}
	}
	for _, c := range spec.Lacks {
		fmt.Fprintf(&b, "\nnot applicable: %v: the executor does not claim this capability", c)
	}
	return b.String()
}
