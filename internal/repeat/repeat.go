// Package repeat decides whether a cell on the machine's clock runs again. A
// failure that may be the machine's fault counts only if it comes again. The
// package runs nothing; its caller does, and should run the cell alone.
package repeat

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// Most is how often a cell runs again at most, MostSlow the same where the machine was too
// slow to judge it: a busy machine has better moments.
const (
	Most     = 3
	MostSlow = 6
)

// Cell is the runs of one cell so far. The zero Cell has had no run.
type Cell struct {
	runs int
	// seen are the clauses that were doubtful in the runs so far.
	seen map[executor.Clause]bool
	// races and touched are those of all runs: they are never the machine's fault.
	races, touched []string
}

// Again takes the observation of a run and reports whether the cell should run
// again: where something in it is doubtful that no run before has shown, or the
// machine was too slow to judge it. In the observation of the last run it marks
// what has not come again, which package judge then takes for unknown. Data races
// and modified inputs of earlier runs are added to the observation.
func (c *Cell) Again(s scenarios.Scenario, o *scenarios.Observation) bool {
	machine := o
	if o.Machine != nil {
		machine = o.Machine
	}
	c.races, c.touched = union(c.races, machine.Races), union(c.touched, machine.InputTouched)
	machine.Races, machine.InputTouched = c.races, c.touched
	control := &machine.Control
	control.Repeats = c.runs
	c.runs++
	doubtful := judge.Doubtful(s, *o)
	fresh, late := c.note(doubtful), slices.ContainsFunc(doubtful, judge.TooSlow)
	switch {
	case len(fresh) == 0 && !late:
		return false
	case c.runs <= Most, late && c.runs <= MostSlow:
		return true
	}
	for _, r := range fresh {
		if r.Status == scenarios.Fail {
			control.Unconfirmed = append(control.Unconfirmed, int(r.Clause))
		}
	}
	return false
}

// note keeps the clauses, and returns the results of those that are new.
func (c *Cell) note(doubtful []scenarios.ClauseResult) (fresh []scenarios.ClauseResult) {
	if c.seen == nil {
		c.seen = map[executor.Clause]bool{}
	}
	for _, r := range doubtful {
		if !c.seen[r.Clause] {
			fresh = append(fresh, r)
		}
		c.seen[r.Clause] = true
	}
	return fresh
}

// union is a with what only b has.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, text := range b {
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}
