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
	"github.com/watertight-go/watertight/scenarios/observe"
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
	u.noStreams = u.noStreams || observe.LacksStreams(cell.Observation)
	u.counters.add(s.Name, cell.Verdict.Status())
	u.counters.use(cell.Verdict)
	u.fit.add(s, cell, u.spec.Waivers)
	u.tell(t, s, cell)
}

// tell reports a verdict to the subtest. It does not return where it skips the
// subtest.
func (u *suite) tell(t *testing.T, s scenarios.Scenario, cell scenarios.Cell) {
	t.Helper()
	status := cell.Verdict.Status()
	if status == scenarios.Fail || status == scenarios.Unknown && !onlyTooSlow(cell.Verdict) {
		u.fail(t, s, cell)
		return
	}
	for _, c := range cell.Verdict.Clauses {
		if c.Status != scenarios.Pass {
			t.Log(text(s, c))
		}
	}
	tellNotes(t, cell)
	switch status {
	case scenarios.Waived:
		t.Skip("waived, not passed")
	case scenarios.NotApplicable:
		t.Skip("not applicable")
	case scenarios.Unknown:
		c := cell.Observation.Control
		t.Skipf("unknown: this machine was %v late in the last of %d runs", c.Lateness, c.Repeats+1)
	}
}

// onlyTooSlow reports whether the machine is the reason of all that is unknown.
func onlyTooSlow(v scenarios.Verdict) bool {
	return !slices.ContainsFunc(v.Clauses, func(c scenarios.ClauseResult) bool {
		return c.Status == scenarios.Unknown && !judge.TooSlow(c)
	})
}

// fail fails the subtest, once for each cause. A cause is shown in full where it is
// met first, and with -v everywhere.
func (u *suite) fail(t *testing.T, s scenarios.Scenario, cell scenarios.Cell) {
	t.Helper()
	if testing.Verbose() {
		defer tellAll(t, s, cell)
	}
	seen := map[string]bool{} // timelines that were shown
	for _, f := range failures(cell) {
		c, isNew := u.causes.find(s, cell.Observation, f)
		if !isNew {
			t.Error(f.short(c))
			continue
		}
		message := f.full(c, s)
		part := scenarios.Cell{Observation: cell.Observation, Verdict: scenarios.Verdict{Clauses: f.results}}
		if when := timeline(part); !seen[when] {
			seen[when] = true
			message += when
		}
		if f.stack != "" && f.heading != "" {
			message += "\n" + f.heading + ":\n  " + indented(f.stack)
		}
		t.Error(message)
	}
	for _, w := range cell.Observation.Warnings {
		if len(seen) > 0 {
			t.Log("note: " + w)
		}
	}
}

// tellAll reports everything about a cell.
func tellAll(t *testing.T, s scenarios.Scenario, cell scenarios.Cell) {
	t.Helper()
	for _, c := range cell.Verdict.Clauses {
		if c.Status != scenarios.Pass {
			t.Log(text(s, c))
		}
	}
	t.Log(scene(cell))
}

func tellNotes(t *testing.T, cell scenarios.Cell) {
	t.Helper()
	for _, w := range cell.Observation.Warnings {
		t.Log("note: " + w)
	}
}

// full is a failure with everything that belongs to it, but for timeline and stack.
func (f failure) full(c *cause, s scenarios.Scenario) string {
	first := f.results[0]
	c.show(first)
	first.Evidence = slices.DeleteFunc(slices.Clone(first.Evidence), func(e string) bool { return strings.TrimSpace(e) == f.stack })
	head, rest, _ := strings.Cut(text(s, first), "\n")
	if at := usersFrame(framesOf(f.stack)); !at.isZero() {
		head += fmt.Sprintf("\nat:   %v", at)
	}
	return head + "\n" + rest + f.others(c)
}

// short is a failure with a cause that was shown before, in one line. What it breaks
// for the first time comes below.
func (f failure) short(c *cause) string {
	return fmt.Sprintf("%s: the same cause as in %s: %s", f.results[0].Status, c.scenarios[0], title(f.results[0])) + f.others(c)
}

// others are the other clauses of the failure whose texts have not been shown, a line
// each.
func (f failure) others(c *cause) string {
	var b strings.Builder
	for _, r := range f.results[1:] {
		switch {
		case !c.show(r):
		case r.Status == scenarios.Unknown:
			fmt.Fprintf(&b, "\nalso unknown: %v", r.Clause)
		case r.Got == f.results[0].Got:
			fmt.Fprintf(&b, "\nalso broken: %v", r.Clause)
		default:
			fmt.Fprintf(&b, "\nalso broken: %s", title(r))
		}
	}
	return b.String()
}

// timeline is that of the request that the verdict is about.
func timeline(cell scenarios.Cell) string {
	if lines := judge.Timeline(cell); lines != nil {
		return "\ntimeline of " + strings.Join(lines, "\n")
	}
	return ""
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
	if when := timeline(cell); when != "" {
		parts = append(parts, strings.TrimSpace(when))
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
