package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/scenarios"
)

// compatibility is the matrix of the named rows, before against after.
func compatibility(x *Index) Section {
	r := x.Report
	s := Section{ID: "compatibility", Title: fmt.Sprintf("Compatibility: %s against %s", plaintext.Name(r.After), plaintext.Name(r.Before))}
	g := Table{Columns: []Column{{"row", Label}, {"before: " + plaintext.Name(r.Before), Prose}, {"after: " + plaintext.Name(r.After), Prose}, {"breaking?", Prose}}}
	for _, c := range r.Comparisons {
		if c.MatrixRow == "" || c.Before != r.Before || c.After != r.After {
			continue
		}
		g.Rows = append(g.Rows, Row{Cells: []Cell{Text(c.MatrixRow), Text(c.BeforeSaw), Text(c.AfterSaw), toned(relationTone(c.Relation), breaking(x, c))}})
	}
	if len(g.Rows) > 0 {
		s.Tables = append(s.Tables, g)
	}
	for _, name := range x.Executors {
		if name == r.After {
			s.Notes = append(s.Notes, allCompared(x, name)...)
		}
	}
	return s
}

// mostSeen is how many columns of what a caller saw stand beside a breach.
const mostSeen = 46

// alternatives is the same matrix for the other executors, breaking or not.
func alternatives(x *Index) Section {
	r := x.Report
	s := Section{ID: "alternatives", Title: fmt.Sprintf("Compatibility of the others against %s: breaking?", plaintext.Name(r.Before))}
	g := Table{Columns: []Column{{"row", Label}}, Wide: true}
	var others []string
	for _, name := range x.Executors {
		if name != r.Before && name != r.After && slices.ContainsFunc(r.Comparisons, func(c scenarios.Comparison) bool { return c.Before == r.Before && c.After == name }) {
			others = append(others, name)
			g.Columns = append(g.Columns, Column{name, Prose})
		}
	}
	var rows []string
	found := map[[2]string]scenarios.Comparison{}
	for _, c := range r.Comparisons {
		if c.MatrixRow != "" && c.Before == r.Before && slices.Contains(others, c.After) {
			if !slices.Contains(rows, c.MatrixRow) {
				rows = append(rows, c.MatrixRow)
			}
			found[[2]string{c.MatrixRow, c.After}] = c
		}
	}
	for _, name := range rows {
		cells := []Cell{Text(name)}
		for _, other := range others {
			c, ok := found[[2]string{name, other}]
			if !ok {
				cells = append(cells, toned(Faint, "-"))
				continue
			}
			text := breaking(x, c)
			if c.Relation == scenarios.Broken {
				text += "; sees " + plaintext.Limit(c.AfterSaw, mostSeen)
			}
			cells = append(cells, toned(relationTone(c.Relation), text))
		}
		g.Rows = append(g.Rows, Row{Cells: cells})
	}
	if len(g.Rows) > 0 {
		s.Tables = append(s.Tables, g)
	}
	for _, other := range others {
		s.Notes = append(s.Notes, allCompared(x, other)...)
	}
	return s
}

// breaking answers the matrix's question in a few words.
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

// orHow names the clauses, or where there are none what the comparison says.
func orHow(list []executor.Clause, how []string) string {
	switch {
	case len(list) == 1 && ClauseTitle(list[0]) != "":
		return fmt.Sprintf("clause %d (%s)", list[0], ClauseTitle(list[0]))
	case len(list) > 0:
		return clauses(list)
	case len(how) == 0:
		return "no detail was stored"
	}
	// What the two saw stands beside it.
	first, _, _ := strings.Cut(how[0], ": before ")
	if len(how) > 1 {
		first += fmt.Sprintf(" (and %d more)", len(how)-1)
	}
	return first
}

func clauses(list []executor.Clause) string { return "clause " + JoinClauses(list, ", ") }

// clausesApart are the clauses that only after breaks, that after mends, and
// that both break.
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

// failing are the clauses that a verdict finds broken, accepted or not.
func failing(v scenarios.Verdict) []executor.Clause {
	return withStatus(v, scenarios.Fail, scenarios.Waived)
}

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

// allCompared counts the relations over all scenarios, and names the broken ones.
func allCompared(x *Index, name string) []Line {
	counts := map[scenarios.Relation]int{}
	var broken []string
	total := 0
	for _, c := range x.Report.Comparisons {
		if c.Before != x.Report.Before || c.After != name {
			continue
		}
		total++
		counts[c.Relation]++
		if c.Relation == scenarios.Broken {
			broken = append(broken, c.Scenario)
		}
	}
	if total == 0 {
		return nil
	}
	var parts []string
	for _, k := range []scenarios.Relation{scenarios.Same, scenarios.Fixed, scenarios.Broken, scenarios.Changed, scenarios.StillFailing, scenarios.Undecided} {
		n := counts[k]
		if n == 0 {
			continue
		}
		part := fmt.Sprintf("%d %s", n, k)
		if k == scenarios.Broken {
			part += " (" + strings.Join(plaintext.Names(broken), ", ") + ")"
		}
		parts = append(parts, part)
	}
	return []Line{note("%s against %s in %s: %s", plaintext.Name(name), plaintext.Name(x.Report.Before), plural.Count(total, "scenario"), strings.Join(parts, ", "))}
}
