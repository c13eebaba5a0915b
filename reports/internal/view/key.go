package view

import (
	"github.com/watertight-go/watertight/scenarios"
)

// cellKey is what tells the cells of a report apart.
type CellKey struct {
	Executor, Scenario string
	Race               bool
}

func KeyOf(c scenarios.Cell) CellKey {
	return CellKey{c.Observation.Executor, c.Observation.Scenario, c.Observation.Race}
}
