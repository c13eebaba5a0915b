// Package plan decides what a run does: which executors, which scenarios, and the
// cells that follow from them. It runs nothing.
package plan

import (
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

// Options are the choices of a run, as its flags have them.
type Options struct {
	// Before and After name the executors that are compared, Executors more of
	// them, comma separated. Empty: the usual ones, and all.
	Before, After, Executors string
	// Scenarios are names and globs of scenarios, comma separated. Empty: all.
	Scenarios string
	// Requests and Agents size the loads.
	Requests, Agents int
	// Shard is the part of a split run, as "2/4". Empty: the whole run.
	Shard string
	// RaceBinary says that concurrent cells run in a race binary, too.
	RaceBinary string
	// Timeout is when a child is killed. Zero: 30 s, more for a load.
	Timeout time.Duration
}

// The usual size of a load.
const (
	DefaultRequests = 100
	DefaultAgents   = 5
)

// Plan is what a run does: which executors, which rows, which cells.
type Plan struct {
	Before, After executor.Spec
	// Executors is in display order; Rows are those of the report.
	Executors []executor.Spec
	Rows      []reports.Scenario
	// Together are cells that mostly wait and may run beside each other; Alone
	// are those whose load would disturb others.
	Together, Alone []cell.Cell
	// Part is which part of a split run this is.
	Part Part
}

// New reads the choice of executors and scenarios, or names what is wrong.
func New(a Options, all []executor.Spec) (*Plan, error) {
	p := &Plan{}
	if err := p.chooseExecutors(a, all); err != nil {
		return nil, err
	}
	chosen, err := chooseRows(a)
	if err != nil {
		return nil, err
	}
	if p.Part, err = ParsePart(a.Shard); err != nil {
		return nil, err
	}
	if chosen, err = p.Part.Of(chosen); err != nil {
		return nil, err
	}
	p.Rows = chosen
	for _, row := range chosen {
		p.add(a, row.Name)
	}
	return p, nil
}

// Single is the plan of one executor, After, in the scenarios that are named, or
// in those of the catalogue: loads run only by name.
func Single(a Options, all []executor.Spec) (*Plan, error) {
	x, err := candidate(a, all)
	if err != nil {
		return nil, err
	}
	p := &Plan{Before: x, After: x, Executors: []executor.Spec{x}}
	rows, err := chooseRows(a)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if _, load := loads.Find(row.Name); load && a.Scenarios == "" {
			continue
		}
		p.Rows = append(p.Rows, row)
		p.add(a, row.Name)
	}
	return p, nil
}

// add adds the cells of one row.
func (p *Plan) add(a Options, name string) {
	load, isLoad := loads.Find(name)
	for _, x := range p.Executors {
		switch {
		case !isLoad:
			p.addScenario(a, x, name)
		case p.heeds(load.For, x):
			p.addLoad(a, x, load)
		}
	}
}

// heeds says whether an executor of the run is one that a load is for.
func (p *Plan) heeds(audience loads.Audience, x executor.Spec) bool {
	before, after := x.Name == p.Before.Name, x.Name == p.After.Name
	switch audience {
	case loads.BeforeOnly:
		return before
	case loads.AfterOnly:
		return after
	case loads.BeforeAndAfter:
		return before || after
	}
	return true
}

// addScenario adds the cell of a scenario of the catalogue and, where there is a
// race binary and the scenario has concurrent requests, one that runs in it.
func (p *Plan) addScenario(a Options, x executor.Spec, name string) {
	c := cell.Cell{Kind: cell.KindScenario, Executor: x.Name, Scenario: name, Deadline: a.deadline()}
	p.Together = append(p.Together, c)
	if s, err := scenarios.Lookup(name); err == nil && s.Concurrent() && a.RaceBinary != "" {
		c.Race, c.Deadline = true, 2*c.Deadline
		p.Alone = append(p.Alone, c)
	}
}

// addLoad adds the cells of a load.
func (p *Plan) addLoad(a Options, x executor.Spec, load loads.Load) {
	c := cell.Cell{Kind: cell.KindLoad, Executor: x.Name, Scenario: load.Name, Deadline: a.loadDeadline()}
	c.Requests, c.Agents = load.Sized(a.Requests, a.Agents)
	if load.MostlyWaits {
		p.Together = append(p.Together, c)
	} else {
		p.Alone = append(p.Alone, c)
	}
	if load.HeapProfiles {
		p.Alone = append(p.Alone, c.Heap())
	}
}

// Waivers are what is accepted of an executor.
func (p *Plan) Waivers(name string) []executor.Waiver {
	for _, x := range p.Executors {
		if x.Name == name {
			return x.Waivers
		}
	}
	return nil
}

// Lacks are the clauses that each executor does not claim.
func (p *Plan) Lacks() map[string][]int {
	lacks := map[string][]int{}
	for _, x := range p.Executors {
		for _, clause := range x.Lacks {
			lacks[x.Name] = append(lacks[x.Name], int(clause))
		}
	}
	return lacks
}

// Names are those of the executors.
func (p *Plan) Names() []string {
	var all []string
	for _, x := range p.Executors {
		all = append(all, x.Name)
	}
	return all
}

// deadline is how long a cell of the catalogue may take.
func (a Options) deadline() time.Duration {
	if a.Timeout > 0 {
		return a.Timeout
	}
	return 30 * time.Second
}

// loadDeadline grows with the number of agent calls.
func (a Options) loadDeadline() time.Duration {
	if a.Timeout > 0 {
		return a.Timeout
	}
	return time.Minute + time.Duration(a.Requests*a.Agents)*time.Millisecond
}
