package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// breaking says in a few words whether a change breaks, and what.
func breaking(x *Index, c scenarios.Comparison) string {
	broken, fixed, both := clausesApart(x, c)
	switch c.Relation {
	case scenarios.Same:
		return "no"
	case scenarios.Broken:
		text := "BROKEN: " + orHow(broken, c.How)
		if len(fixed) > 0 {
			text += "; fixed: " + clauses(fixed)
		}
		return text
	case scenarios.Fixed:
		text := "fixed: " + orHow(fixed, c.How)
		if len(both) > 0 {
			text += "; still fails: " + clauses(both)
		}
		return text
	case scenarios.StillFailing:
		return "still failing: " + orHow(both, c.How)
	default:
		return string(c.Relation) + ": " + orHow(nil, c.How)
	}
}

// orHow names the clauses. Without clauses it is what the comparison says.
func orHow(list []executor.Clause, how []string) string {
	switch {
	case len(list) == 1 && ClauseTitle(list[0]) != "":
		return fmt.Sprintf("clause %d (%s)", list[0], ClauseTitle(list[0]))
	case len(list) > 0:
		return clauses(list)
	case len(how) == 0:
		return "no detail was stored"
	}
	// The table shows what both saw; it need not be said again.
	first, _, _ := strings.Cut(how[0], ": before ")
	if len(how) > 1 {
		first += fmt.Sprintf(" (and %d more)", len(how)-1)
	}
	return first
}

func clauses(list []executor.Clause) string { return "clause " + JoinClauses(list, ", ") }

// clausesApart sorts the clauses of two cells: broken are those that only after
// breaks, fixed those that only before breaks, and both those that both break.
func clausesApart(x *Index, c scenarios.Comparison) (broken, fixed, both []executor.Clause) {
	b, hasBefore := x.cell(c.Before, c.Scenario)
	a, hasAfter := x.cell(c.After, c.Scenario)
	if !hasBefore || !hasAfter {
		return nil, nil, nil
	}
	was, is := failing(b.Verdict), failing(a.Verdict)
	for _, k := range is {
		if slices.Contains(was, k) {
			both = append(both, k)
		} else {
			broken = append(broken, k)
		}
	}
	for _, k := range a.Verdict.Clauses {
		if k.Status == scenarios.Pass && slices.Contains(was, k.Clause) {
			fixed = append(fixed, k.Clause)
		}
	}
	slices.Sort(fixed)
	return broken, fixed, both
}

// failing are the clauses that a verdict finds broken, waived ones included.
func failing(v scenarios.Verdict) []executor.Clause {
	return withStatus(v, scenarios.Fail, scenarios.Waived)
}

// withStatus are the clauses with one of some statuses, sorted.
func withStatus(v scenarios.Verdict, status ...scenarios.Status) (list []executor.Clause) {
	for _, k := range v.Clauses {
		if slices.Contains(status, k.Status) {
			list = append(list, k.Clause)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func relationTone(r scenarios.Relation) Tone {
	switch r {
	case scenarios.Same, scenarios.Fixed:
		return Good
	case scenarios.Broken, scenarios.StillFailing:
		return Bad
	}
	return Doubt
}
