package cell

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// Judge is the report's cell of an observation.
func (c Cell) Judge(o scenarios.Observation) reports.Cell {
	if load, _ := loads.Find(c.Scenario); load.Mode == loads.RealClient {
		v := scenarios.Verdict{Executor: c.Executor, Scenario: c.Scenario, Clauses: []scenarios.ClauseResult{{
			Clause: executor.LeavesNothing, Status: scenarios.NotApplicable, Reason: "measures memory while calls hang, and judges nothing",
		}}}
		return reports.Cell{Observation: o, Verdict: v}
	}
	s, err := c.sized()
	if err != nil {
		o.Warnings = append(o.Warnings, err.Error())
		return reports.Cell{Observation: o, Verdict: scenarios.Verdict{Executor: c.Executor, Scenario: c.Scenario}}
	}
	if c.Race && !slices.Contains(s.Clauses, executor.TouchesNoInput) {
		// The clause that data races break.
		s.Clauses = append(slices.Clip(s.Clauses), executor.TouchesNoInput)
	}
	return reports.Cell{Observation: o, Verdict: scenarios.Judge(s, o)}
}
