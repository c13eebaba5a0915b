package cell

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/internal/repeat"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// Judge judges an observation of the cell.
func (c Cell) Judge(o scenarios.Observation) scenarios.Cell {
	if load, _ := loads.Find(c.Scenario); load.Mode == loads.RealClient {
		v := scenarios.Verdict{Executor: c.Executor, Scenario: c.Scenario, Clauses: []scenarios.ClauseResult{{
			Clause: executor.LeavesNothing, Status: scenarios.NotApplicable, Reason: "measures memory while calls hang; nothing is judged",
		}}}
		return scenarios.Cell{Observation: o, Verdict: v}
	}
	s, err := c.judgedBy()
	if err != nil {
		o.Warnings = append(o.Warnings, err.Error())
		return scenarios.Cell{Observation: o, Verdict: scenarios.Verdict{Executor: c.Executor, Scenario: c.Scenario}}
	}
	return scenarios.Cell{Observation: o, Verdict: judge.Judge(s, o)}
}

// judgedBy is the scenario with the clauses that the cell is judged by. A race cell is
// judged by the clause that data races break. Where it runs on the machine's clock
// only, it is judged by no other, since the race detector makes everything late: the
// ordinary cell of the scenario is judged by the rest.
func (c Cell) judgedBy() (scenarios.Scenario, error) {
	s, err := c.scenario()
	switch {
	case c.Race && s.RealTime != "":
		s.Clauses = []executor.Clause{executor.TouchesNoInput}
	case c.Race && !slices.Contains(s.Clauses, executor.TouchesNoInput):
		s.Clauses = append(slices.Clip(s.Clauses), executor.TouchesNoInput)
	}
	return s, err
}

// Again reports whether the cell should run again, alone, and marks in o what has
// not come again; see repeat.Cell. It is false for cells that are not judged, and
// for large ones: these make the machine late themselves, and would do so again.
func (c Cell) Again(runs *repeat.Cell, o *scenarios.Observation) bool {
	load, _ := loads.Find(c.Scenario)
	if c.Kind != KindScenario && c.Kind != KindLoad || load.Mode == loads.RealClient || c.Large() {
		return false
	}
	s, err := c.judgedBy()
	return err == nil && runs.Again(s, o)
}
