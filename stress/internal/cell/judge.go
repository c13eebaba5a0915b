package cell

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
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
	s, err := c.scenario()
	if err != nil {
		o.Warnings = append(o.Warnings, err.Error())
		return scenarios.Cell{Observation: o, Verdict: scenarios.Verdict{Executor: c.Executor, Scenario: c.Scenario}}
	}
	if c.Race && !slices.Contains(s.Clauses, executor.TouchesNoInput) {
		// This is the clause that data races break.
		s.Clauses = append(slices.Clip(s.Clauses), executor.TouchesNoInput)
	}
	return scenarios.Cell{Observation: o, Verdict: judge.Judge(s, o)}
}
