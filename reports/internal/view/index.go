package view

import (
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// index finds the cells of a report.
type Index struct {
	Report    *reports.Report
	Executors []string
	Rows      []reports.Scenario
	cells     map[CellKey]scenarios.Cell
}

func NewIndex(r *reports.Report) *Index {
	x := &Index{Report: r, Executors: r.ExecutorNames(), Rows: scenarioRows(r), cells: map[CellKey]scenarios.Cell{}}
	for _, c := range r.Cells {
		x.cells[KeyOf(c)] = c
	}
	return x
}

// cell is that of the ordinary binary.
func (x *Index) cell(executor, scenario string) (scenarios.Cell, bool) {
	c, ok := x.cells[CellKey{executor, scenario, false}]
	return c, ok
}

// scenarioRows are the report's scenarios, those that only cells name last.
func scenarioRows(r *reports.Report) []reports.Scenario {
	var rows []reports.Scenario
	seen := map[string]bool{}
	add := func(row reports.Scenario) {
		if !seen[row.Name] {
			seen[row.Name] = true
			rows = append(rows, row)
		}
	}
	for _, row := range r.Scenarios {
		add(row)
	}
	for _, c := range r.Cells {
		add(reports.Scenario{Name: c.Observation.Scenario})
	}
	return rows
}
