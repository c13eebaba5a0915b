package view

import (
	"github.com/watertight-go/watertight/reports"
)

// index finds the cells of a report.
type Index struct {
	Report    *reports.Report
	Executors []string
	Rows      []reports.Row
	cells     map[CellKey]reports.Cell
}

func NewIndex(r *reports.Report) *Index {
	x := &Index{Report: r, Executors: r.ExecutorNames(), Rows: scenarioRows(r), cells: map[CellKey]reports.Cell{}}
	for _, c := range r.Cells {
		x.cells[KeyOf(c)] = c
	}
	return x
}

// cell is that of the ordinary binary.
func (x *Index) cell(executor, scenario string) (reports.Cell, bool) {
	c, ok := x.cells[CellKey{executor, scenario, false}]
	return c, ok
}

// scenarioRows are the report's scenarios, those that only cells name last.
func scenarioRows(r *reports.Report) []reports.Row {
	var rows []reports.Row
	seen := map[string]bool{}
	add := func(row reports.Row) {
		if !seen[row.Name] {
			seen[row.Name] = true
			rows = append(rows, row)
		}
	}
	for _, row := range r.Scenarios {
		add(row)
	}
	for _, c := range r.Cells {
		add(reports.Row{Name: c.Observation.Scenario})
	}
	return rows
}
