package view

import (
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// Index finds the cells of a report.
type Index struct {
	Report *reports.Report
	// Executors and Scenarios are in display order. Names that only cells mention
	// come last.
	Executors []string
	Scenarios []reports.Scenario
	cells     map[CellKey]scenarios.Cell
}

// CellKey identifies a cell of a report.
type CellKey struct {
	Executor, Scenario string
	// Race says that the cell ran in a binary built with -race.
	Race bool
}

// NewIndex indexes the cells of r.
func NewIndex(r *reports.Report) *Index {
	x := &Index{Report: r, Executors: r.ExecutorNames(), Scenarios: allScenarios(r), cells: map[CellKey]scenarios.Cell{}}
	for _, c := range r.Cells {
		x.cells[KeyOf(c.Observation)] = c
	}
	return x
}

// KeyOf is the key of an observation's cell.
func KeyOf(o scenarios.Observation) CellKey { return CellKey{o.Executor, o.Scenario, o.Race} }

// cell finds a cell that did not run under the race detector.
func (x *Index) cell(executor, scenario string) (scenarios.Cell, bool) {
	c, ok := x.cells[CellKey{executor, scenario, false}]
	return c, ok
}

func allScenarios(r *reports.Report) []reports.Scenario {
	var all []reports.Scenario
	seen := map[string]bool{}
	add := func(s reports.Scenario) {
		if !seen[s.Name] {
			seen[s.Name] = true
			all = append(all, s)
		}
	}
	for _, s := range r.Scenarios {
		add(s)
	}
	for _, c := range r.Cells {
		add(reports.Scenario{Name: c.Observation.Scenario})
	}
	return all
}
