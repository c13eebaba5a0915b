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
	// partly is how many scenarios had a clause that could not be judged although the
	// executor claims it, since agents were not called.
	partly int
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
	if v.Status() != scenarios.NotApplicable && slices.ContainsFunc(v.Clauses, notSeen) {
		n.partly++
		n.judged[v.Scenario] = false // a waiver may be needed for what was not seen
	}
}

// notSeen reports whether a clause could not be judged although the executor claims it.
func notSeen(c scenarios.ClauseResult) bool {
	return c.Status == scenarios.NotApplicable && c.Reason != judge.LacksCapability
}

// tried says that each scenario of the executor which the waiver covers was judged.
func (n *counters) tried(spec executor.Spec, w executor.Waiver) bool {
	return !slices.ContainsFunc(scenarios.For(spec), func(s scenarios.Scenario) bool {
		broken := scenarios.Verdict{Scenario: s.Name, Clauses: []scenarios.ClauseResult{{Clause: w.Clause, Status: scenarios.Fail, Breach: w.Breach}}}
		return !n.judged[s.Name] && judge.Waive(broken, w).Status() == scenarios.Waived
	})
}

// subject is the name of what is tested: that of the test where the executor has none.
func (u *suite) subject() string {
	if u.spec.Name == defaultName {
		return u.name
	}
	return u.spec.Name
}

// summary is the last message of Test: how many of all scenarios came to what, what
// each waiver was used for, and the causes of the failures.
func (u *suite) summary(all int) string {
	spec := u.spec
	spec.Name = u.subject()
	if u.noStreams {
		spec.NewStream = nil
	}
	text := u.counters.summary(all, spec)
	if n := len(u.causes.all); n > 0 {
		text += "\n" + plural.Count(n, "cause") + ":"
	}
	for i, c := range u.causes.all {
		text += fmt.Sprintf("\n%d. %v", i+1, c)
	}
	return text + u.fit.String()
}

// summary counts the scenarios, and says what each waiver was used for.
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
	if n.partly > 0 {
		fmt.Fprintf(&b, "\nin %s some clauses are not applicable, since what they are about did not happen: a consumer did not leave because its stream had ended before, or agents were not called because their results came from other calls (a cache that Spec.New makes starts empty in each)", plural.Count(n.partly, "scenario"))
	}
	for _, bundle := range bundles(spec.Waivers) {
		b.WriteString(n.waived(spec, bundle))
	}
	if spec.NewStream == nil {
		b.WriteString("\nnot applicable: all scenarios about streams: the executor has none (Spec.NewStream)")
	}
	for _, c := range spec.Unclaimed() {
		fmt.Fprintf(&b, "\nnot applicable: %v: %s", executor.Clause(c), judge.LacksCapability)
	}
	return b.String()
}

// bundles puts waivers together that came from one option or function, as those of
// LetsPanicsThrough do: they accept one kind of breach, for one reason.
func bundles(waivers []executor.Waiver) (all [][]executor.Waiver) {
	for _, w := range waivers {
		if n := len(all) - 1; n >= 0 {
			last := all[n][0]
			if w.Breach != executor.AnyBreach && w.Breach == last.Breach && w.Reason == last.Reason && slices.Equal(w.Scenarios, last.Scenarios) {
				all[n] = append(all[n], w)
				continue
			}
		}
		all = append(all, []executor.Waiver{w})
	}
	return all
}

// waived says what the waivers of a bundle were used for. The bundle was not needed
// if none of them was, although all their scenarios were judged.
func (n *counters) waived(spec executor.Spec, bundle []executor.Waiver) (lines string) {
	var clauses []string
	tried := true
	for _, w := range bundle {
		clauses = append(clauses, w.Clause.String())
		tried = tried && n.tried(spec, w)
		if used := n.reasons[waiverUse{w.Clause, w.Reason}]; used > 0 {
			lines += fmt.Sprintf("\nwaived in %s: %v: %s", plural.Count(used, "scenario"), w.Clause, w.Reason)
		}
	}
	if lines == "" && tried {
		return fmt.Sprintf("\nthe waiver of %s was not needed: %s", strings.Join(clauses, ", "), bundle[0].Reason)
	}
	return lines
}
