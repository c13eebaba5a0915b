package judge

import (
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// Compare sets two cells of the same scenario side by side. It is a pure
// function of what was observed and judged: swapping the cells swaps Fixed and
// Broken.
func Compare(s scenarios.Scenario, before, after scenarios.Cell) scenarios.Comparison {
	c := scenarios.Comparison{
		Scenario: s.Name, MatrixRow: s.MatrixRow,
		Before: before.Observation.Executor, After: after.Observation.Executor,
		BeforeSaw: saw(before.Observation), AfterSaw: saw(after.Observation),
	}
	d := diffVerdicts(before.Verdict, after.Verdict)
	c.How = slices.Concat(d.broken, d.fixed, d.failing, d.unknown)
	switch {
	case before.Observation.Scenario != s.Name || after.Observation.Scenario != s.Name:
		c.Relation, c.How = scenarios.Undecided, []string{"the cells are not both of this scenario"}
	case len(d.broken) > 0:
		c.Relation = scenarios.Broken
	case d.mayBreak:
		c.Relation = scenarios.Undecided
	case len(d.fixed) > 0:
		c.Relation = scenarios.Fixed
	case len(d.unknown) > 0 || before.Verdict.Status() == scenarios.Unknown || after.Verdict.Status() == scenarios.Unknown:
		c.Relation = scenarios.Undecided
	case len(d.failing) > 0:
		c.Relation = scenarios.StillFailing
	default:
		c.Relation = scenarios.Same
		if how := differences(before.Observation, after.Observation); len(how) > 0 {
			c.Relation, c.How = scenarios.Changed, how
		}
	}
	return c
}

// verdictDiff holds the clauses of two verdicts, one line each, by how the
// verdicts differ.
type verdictDiff struct {
	broken, fixed, failing, unknown []string
	// mayBreak says that after may break a clause that before did not break: one
	// of the two is unknown.
	mayBreak bool
}

func diffVerdicts(before, after scenarios.Verdict) (d verdictDiff) {
	var clauses []executor.Clause
	for _, r := range slices.Concat(before.Clauses, after.Clauses) {
		clauses = append(clauses, r.Clause)
	}
	slices.Sort(clauses)
	for _, c := range slices.Compact(clauses) {
		d.add(resultOf(before, c), resultOf(after, c))
	}
	return d
}

// resultOf is the result of one clause. Only one of two verdicts has clause 7
// where only one process died.
func resultOf(v scenarios.Verdict, c executor.Clause) scenarios.ClauseResult {
	for _, r := range v.Clauses {
		if r.Clause == c {
			return r
		}
	}
	return scenarios.ClauseResult{Clause: c, Status: scenarios.Pass, Got: "no breach seen"}
}

func (d *verdictDiff) add(b, a scenarios.ClauseResult) {
	broke, breaks := failing(b.Status), failing(a.Status)
	line := fmt.Sprintf("%v: before: %s; after: %s", b.Clause, describe(b), describe(a))
	switch {
	case b.Status == scenarios.Unknown || a.Status == scenarios.Unknown:
		d.unknown = append(d.unknown, line)
		d.mayBreak = d.mayBreak || !broke && (breaks || a.Status == scenarios.Unknown)
	case broke && breaks:
		d.failing = append(d.failing, line)
	case broke && a.Status == scenarios.Pass:
		d.fixed = append(d.fixed, line)
	case breaks && b.Status == scenarios.Pass:
		d.broken = append(d.broken, line)
	}
}

// failing reports whether the clause is broken, waived or not.
func failing(s scenarios.Status) bool { return s == scenarios.Fail || s == scenarios.Waived }

func describe(r scenarios.ClauseResult) string {
	if r.Status == scenarios.Unknown && r.Reason != "" {
		return "unknown: " + r.Reason
	}
	if r.Got == "" {
		return string(r.Status)
	}
	return r.Got
}
