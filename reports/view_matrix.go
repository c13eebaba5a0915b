package reports

import (
	"strings"

	"github.com/watertight-go/watertight/scenarios"
)

// matrix is every scenario against every executor, a sign for each cell.
func matrix(x *index) section {
	s := section{id: "matrix", title: "All scenarios"}
	if len(x.report.Cells) == 0 {
		return s
	}
	g := grid{columns: []column{{"scenario", label}}, wide: true, fold: "ok everywhere"}
	for _, name := range x.executors {
		g.columns = append(g.columns, column{name, sign})
	}
	for _, r := range x.rows {
		for _, race := range []bool{false, true} {
			if row, any := matrixRow(x, r.Name, race); any || !race {
				g.rows = append(g.rows, row)
			}
		}
	}
	s.grids = append(s.grids, g)
	s.notes = []line{{text: "✗ breaks these clauses, ? could not be judged, n/a claims none of it, - not run.", tone: faint}}
	return s
}

// matrixRow is a scenario's signs, and whether there is any.
func matrixRow(x *index, scenario string, race bool) (row, bool) {
	any := false
	out := row{cells: []cell{say(rowName(scenario, race))}}
	for _, executor := range x.executors {
		c, ok := x.cells[cellKey{executor, scenario, race}]
		if !ok {
			out.cells = append(out.cells, toned(faint, "-"))
			continue
		}
		any = true
		out.cells = append(out.cells, verdictSign(c.Verdict))
	}
	return out, any
}

// verdictSign is a verdict as a sign that needs no colour.
func verdictSign(v scenarios.Verdict) cell {
	var parts []string
	add := func(mark string, s scenarios.Status) {
		if list := withStatus(v, s); len(list) > 0 {
			parts = append(parts, mark+" "+join(list, ","))
		}
	}
	switch v.Status() {
	case scenarios.Pass:
		return toned(good, "ok")
	case scenarios.NotApplicable:
		return toned(faint, "n/a")
	case scenarios.Waived:
		add("waived", scenarios.Waived)
		return toned(doubt, parts...)
	case scenarios.Fail:
		add("✗", scenarios.Fail)
		if len(withStatus(v, scenarios.Unknown)) > 0 {
			parts = append(parts, "?") // which ones is of no matter beside a breach
		}
		return toned(bad, strings.Join(parts, " "))
	}
	add("?", scenarios.Unknown)
	if len(parts) == 0 {
		parts = []string{"?"}
	}
	return toned(doubt, strings.Join(parts, " "))
}
