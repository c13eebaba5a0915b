package scenariotest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// test is the subtest of one scenario.
func (u *suite) test(t *testing.T, s scenarios.Scenario) {
	t.Helper()
	cell, err := u.run(t, s)
	switch {
	case errors.Is(err, errNotRun):
		u.counters.notRun++
		t.Skip(err)
	case err != nil:
		u.counters.add(s.Name, scenarios.Unknown)
		t.Fatal(err)
	}
	u.counters.add(s.Name, cell.Verdict.Status())
	u.counters.use(cell.Verdict)
	tell(t, s, cell)
}

// tell reports a verdict to the subtest. It does not return where it skips the
// subtest.
func tell(t *testing.T, s scenarios.Scenario, cell scenarios.Cell) {
	t.Helper()
	late := judge.NeedsRepeat(cell.Observation)
	for _, c := range cell.Verdict.Clauses {
		if c.Status == scenarios.Fail || c.Status == scenarios.Unknown && !late {
			t.Error(text(s, c))
		} else if c.Status != scenarios.Pass {
			t.Log(text(s, c))
		}
	}
	if t.Failed() {
		t.Log(scene(cell))
	}
	for _, w := range cell.Observation.Warnings {
		t.Log("note: " + w)
	}
	if t.Failed() {
		return
	}
	switch cell.Verdict.Status() {
	case scenarios.Waived:
		t.Skip("waived, not passed")
	case scenarios.NotApplicable:
		t.Skip("not applicable")
	case scenarios.Unknown:
		t.Skipf("unknown: this machine fired timers %v late, %d times over", cell.Observation.Control.Lateness, attempts)
	}
}

// text is one clause of a verdict, for people.
func text(s scenarios.Scenario, c scenarios.ClauseResult) string {
	if c.Status == scenarios.NotApplicable {
		return fmt.Sprintf("not applicable: %v: %s", c.Clause, c.Reason)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %v in %s: %s", c.Status, c.Clause, s.Name, s.Story)
	for _, line := range [][2]string{{"got", c.Got}, {"want", c.Want}, {"reason", c.Reason}} {
		if line[1] != "" {
			b.WriteString("\n" + line[0] + ":  " + line[1])
		}
	}
	for _, e := range slices.Compact(c.Evidence) {
		b.WriteString("\n  " + indented(e))
	}
	return b.String()
}

func indented(text string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ")
}

// scene is what led to a failure: the timeline of the request and the stacks
// that were left behind.
func scene(cell scenarios.Cell) string {
	var parts []string
	o := cell.Observation
	if lines := judge.Timeline(cell); lines != nil {
		parts = append(parts, "timeline of "+strings.Join(lines, "\n"))
	}
	if stacks := leftBehind(o.Left.Leak.Findings); stacks != "" {
		parts = append(parts, "left behind when the last call was over:\n"+stacks)
	}
	if len(parts) == 0 {
		return "nothing more was observed"
	}
	return strings.Join(parts, "\n")
}

// stacksShown is how many groups of goroutines are shown with their stack.
const stacksShown = 5

func leftBehind(findings []leak.Finding) string {
	var b strings.Builder
	for i, f := range findings {
		if i == stacksShown {
			fmt.Fprintf(&b, "  and %d more groups\n", len(findings)-i)
			break
		}
		fmt.Fprintf(&b, "  %d x %s (%s), created by %s\n      %s:%d\n", f.Count, f.State, f.Class, f.CreatedBy, f.File, f.Line)
		for line := range strings.Lines(f.Stack) {
			b.WriteString("    " + line)
		}
		if !strings.HasSuffix(f.Stack, "\n") {
			b.WriteString("\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}
