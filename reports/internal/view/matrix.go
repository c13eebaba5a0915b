package view

import (
	"slices"
	"strings"

	"github.com/watertight-go/watertight/scenarios"
)

// matrix has a row for each scenario, a column for each executor, and a sign
// for each cell.
func matrix(x *Index) Section {
	s := Section{ID: "matrix", Title: "All scenarios"}
	if len(x.Report.Cells) == 0 {
		return s
	}
	t := Table{Columns: []Column{{"scenario", Label}}, Wide: true, Fold: "ok everywhere"}
	for _, name := range x.Executors {
		t.Columns = append(t.Columns, Column{name, Sign})
	}
	for _, k := range x.MatrixRows() {
		t.Rows = append(t.Rows, matrixRow(x, k))
	}
	s.Tables = append(s.Tables, t)
	s.Notes = []Line{{Text: "✗ breaks these clauses, ? could not be judged, n/a no clause applies, - not run.", Tone: Faint}}
	return s
}

// MatrixRows are the rows of the matrix, as keys without an executor. A scenario
// that also ran under the race detector has a second row.
func (x *Index) MatrixRows() []CellKey {
	var rows []CellKey
	for _, s := range x.Scenarios {
		rows = append(rows, CellKey{Scenario: s.Name})
		race := CellKey{Scenario: s.Name, Race: true}
		if slices.ContainsFunc(x.Executors, func(name string) bool { _, ok := x.cells[race.of(name)]; return ok }) {
			rows = append(rows, race)
		}
	}
	return rows
}

// of is the key with an executor.
func (k CellKey) of(executor string) CellKey {
	k.Executor = executor
	return k
}

func matrixRow(x *Index, k CellKey) Row {
	row := Row{Cells: []Cell{Text(CellName(k))}}
	for _, name := range x.Executors {
		sign := toned(Faint, "-")
		if c, ok := x.cells[k.of(name)]; ok {
			sign = VerdictSign(c.Verdict)
		}
		row.Cells = append(row.Cells, sign)
	}
	return row
}

// VerdictSign is a verdict as a short sign, as "ok" or "✗ 1,6".
func VerdictSign(v scenarios.Verdict) Cell {
	switch v.Status() {
	case scenarios.Pass:
		return toned(Good, "ok")
	case scenarios.NotApplicable:
		return toned(Faint, "n/a")
	case scenarios.Waived:
		return toned(Doubt, signOf("waived", v, scenarios.Waived))
	case scenarios.Fail:
		sign := signOf("✗", v, scenarios.Fail)
		if len(withStatus(v, scenarios.Unknown)) > 0 {
			sign += " ?"
		}
		return toned(Bad, sign)
	}
	return toned(Doubt, signOf("?", v, scenarios.Unknown))
}

// signOf is a mark with the clauses that have a status.
func signOf(mark string, v scenarios.Verdict, s scenarios.Status) string {
	return strings.TrimSpace(mark + " " + JoinClauses(withStatus(v, s), ","))
}
