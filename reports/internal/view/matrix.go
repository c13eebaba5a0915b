package view

import (
	"strings"

	"github.com/watertight-go/watertight/scenarios"
)

// matrix is every scenario against every executor, a sign for each cell.
func matrix(x *Index) Section {
	s := Section{ID: "matrix", Title: "All scenarios"}
	if len(x.Report.Cells) == 0 {
		return s
	}
	g := Table{Columns: []Column{{"scenario", Label}}, Wide: true, Fold: "ok everywhere"}
	for _, name := range x.Executors {
		g.Columns = append(g.Columns, Column{name, Sign})
	}
	for _, r := range x.Scenarios {
		for _, race := range []bool{false, true} {
			if row, any := matrixRow(x, r.Name, race); any || !race {
				g.Rows = append(g.Rows, row)
			}
		}
	}
	s.Tables = append(s.Tables, g)
	s.Notes = []Line{{Text: "✗ breaks these clauses, ? could not be judged, n/a claims none of it, - not run.", Tone: Faint}}
	return s
}

// matrixRow is a scenario's signs, and whether there is any.
func matrixRow(x *Index, scenario string, race bool) (Row, bool) {
	any := false
	out := Row{Cells: []Cell{Text(CellName(scenario, race))}}
	for _, executor := range x.Executors {
		c, ok := x.cells[CellKey{executor, scenario, race}]
		if !ok {
			out.Cells = append(out.Cells, toned(Faint, "-"))
			continue
		}
		any = true
		out.Cells = append(out.Cells, VerdictSign(c.Verdict))
	}
	return out, any
}

// verdictSign is a verdict as a sign that needs no colour.
func VerdictSign(v scenarios.Verdict) Cell {
	var parts []string
	add := func(mark string, s scenarios.Status) {
		if list := withStatus(v, s); len(list) > 0 {
			parts = append(parts, mark+" "+JoinClauses(list, ","))
		}
	}
	switch v.Status() {
	case scenarios.Pass:
		return toned(Good, "ok")
	case scenarios.NotApplicable:
		return toned(Faint, "n/a")
	case scenarios.Waived:
		add("waived", scenarios.Waived)
		return toned(Doubt, parts...)
	case scenarios.Fail:
		add("✗", scenarios.Fail)
		if len(withStatus(v, scenarios.Unknown)) > 0 {
			parts = append(parts, "?") // which ones is of no matter beside a breach
		}
		return toned(Bad, strings.Join(parts, " "))
	}
	add("?", scenarios.Unknown)
	if len(parts) == 0 {
		parts = []string{"?"}
	}
	return toned(Doubt, strings.Join(parts, " "))
}
