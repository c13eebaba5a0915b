package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// compatibility compares the candidate with the executor before, for the rows of
// the compatibility matrix.
func compatibility(x *Index) Section {
	r := x.Report
	s := Section{ID: "compatibility", Title: fmt.Sprintf("Compatibility: %s against %s", plaintext.Name(r.After), plaintext.Name(r.Before))}
	t := Table{Columns: []Column{{"row", Label}, {"before: " + plaintext.Name(r.Before), Prose}, {"after: " + plaintext.Name(r.After), Prose}, {"breaking?", Prose}}}
	for _, c := range r.Comparisons {
		if c.MatrixRow != "" && c.Before == r.Before && c.After == r.After {
			t.Rows = append(t.Rows, Row{Cells: []Cell{Text(c.MatrixRow), Text(c.BeforeSaw), Text(c.AfterSaw), toned(relationTone(c.Relation), breaking(x, c))}})
		}
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	if slices.Contains(x.Executors, r.After) {
		s.Notes = relations(x, r.After)
	}
	return s
}

// alternatives is the same matrix for all other executors: breaking or not.
func alternatives(x *Index) Section {
	r := x.Report
	s := Section{ID: "alternatives", Title: fmt.Sprintf("Compatibility of the others against %s: breaking?", plaintext.Name(r.Before))}
	t := Table{Columns: []Column{{"row", Label}}, Wide: true}
	others := comparedWithBefore(x)
	for _, name := range others {
		t.Columns = append(t.Columns, Column{name, Prose})
		s.Notes = append(s.Notes, relations(x, name)...)
	}
	rows, found := matrixComparisons(x, others)
	for _, row := range rows {
		cells := []Cell{Text(row)}
		for _, name := range others {
			cell := toned(Faint, "-")
			if c, ok := found[[2]string{row, name}]; ok {
				cell = alternativeCell(x, c)
			}
			cells = append(cells, cell)
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	return s
}

// comparedWithBefore are the executors, other than the candidate, that the
// report compares with the one before.
func comparedWithBefore(x *Index) (others []string) {
	r := x.Report
	for _, name := range x.Executors {
		compared := slices.ContainsFunc(r.Comparisons, func(c scenarios.Comparison) bool { return c.Before == r.Before && c.After == name })
		if compared && name != r.Before && name != r.After {
			others = append(others, name)
		}
	}
	return others
}

// matrixComparisons are the rows of the compatibility matrix, and the
// comparison of each row and executor.
func matrixComparisons(x *Index, executors []string) (rows []string, found map[[2]string]scenarios.Comparison) {
	found = map[[2]string]scenarios.Comparison{}
	for _, c := range x.Report.Comparisons {
		if c.MatrixRow == "" || c.Before != x.Report.Before || !slices.Contains(executors, c.After) {
			continue
		}
		if !slices.Contains(rows, c.MatrixRow) {
			rows = append(rows, c.MatrixRow)
		}
		found[[2]string{c.MatrixRow, c.After}] = c
	}
	return rows, found
}

// alternativeCell says whether a change breaks, and what the caller sees then.
func alternativeCell(x *Index, c scenarios.Comparison) Cell {
	const mostSeen = 46
	text := breaking(x, c)
	if c.Relation == scenarios.Broken {
		text += "; sees " + plaintext.Limit(c.AfterSaw, mostSeen)
	}
	return toned(relationTone(c.Relation), text)
}

// relations counts the relations over all scenarios, and names the broken ones.
func relations(x *Index, name string) []Line {
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
	return []Line{note("%s against %s in %s: %s", plaintext.Name(name), plaintext.Name(x.Report.Before), plural.Count(total, "scenario"), relationCounts(counts, broken))}
}

// relationCounts is as in "35 same, 1 BROKEN (cancel)".
func relationCounts(counts map[scenarios.Relation]int, broken []string) string {
	var parts []string
	for _, k := range []scenarios.Relation{scenarios.Same, scenarios.Fixed, scenarios.Broken, scenarios.Changed, scenarios.StillFailing, scenarios.Undecided} {
		if counts[k] == 0 {
			continue
		}
		part := fmt.Sprintf("%d %s", counts[k], k)
		if k == scenarios.Broken {
			part += " (" + strings.Join(plaintext.Names(broken), ", ") + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
