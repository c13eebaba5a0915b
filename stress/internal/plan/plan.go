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
	// Streams plans the scenarios about streams, and the executors that have streams, in
	// place of those that take calls.
	Streams bool
	// Requests and Agents size the loads. Both must be positive.
	Requests, Agents int
	// Shard is the part of a split run, such as "2/4". Empty: the whole run.
	Shard string
	// RaceBinary is this program built with -race. Empty: there is none, and no
	// cell runs in it.
	RaceBinary string
	// Timeout is when a child is killed. Zero: 30 s, more for a load.
	Timeout time.Duration
}

// The usual size of a load.
const (
	DefaultRequests = 100
	DefaultAgents   = 5
)

// Plan is what a run does.
type Plan struct {
	Before, After executor.Spec
	// Executors is in display order, Before first and After last.
	Executors []executor.Spec
	// Rows are the scenarios of the report.
	Rows []reports.Scenario
	// Together are cells that mostly wait and may run beside each other. Alone
	// are cells whose load would disturb others.
	Together, Alone []cell.Cell
	// Part is which part of a split run this is.
	Part Part
}

// New plans a run, or says which option is wrong.
func New(o Options, all []executor.Spec) (*Plan, error) {
	p := &Plan{}
	if err := p.chooseExecutors(o, able(o, all)); err != nil {
		return nil, err
	}
	rows, err := chooseRows(o)
	if err != nil {
		return nil, err
	}
	if p.Part, err = ParsePart(o.Shard); err != nil {
		return nil, err
	}
	if p.Rows, err = p.Part.Of(rows); err != nil {
		return nil, err
	}
	for _, row := range p.Rows {
		p.addRow(o, row.Name)
	}
	return p, nil
}

// Single plans a run of one executor, After, in the scenarios that are named, or
// in the whole catalogue. Loads run only by name.
func Single(o Options, all []executor.Spec) (*Plan, error) {
	x, err := candidate(o, all)
	if err != nil {
		return nil, err
	}
	rows, err := chooseRows(o)
	if err != nil {
		return nil, err
	}
	p := &Plan{Before: x, After: x, Executors: []executor.Spec{x}}
	for _, row := range rows {
		if _, load := loads.Find(row.Name); load && o.Scenarios == "" {
			continue
		}
		p.Rows = append(p.Rows, row)
		p.addRow(o, row.Name)
	}
	return p, nil
}

// addRow adds the cells of one row.
func (p *Plan) addRow(o Options, name string) {
	load, isLoad := loads.Find(name)
	for _, x := range p.Executors {
		switch {
		case !isLoad:
			p.addScenario(o, x, name)
		case p.wants(load.For, x):
			p.addLoad(o, x, load)
		}
	}
}

// wants reports whether a load is for this executor.
func (p *Plan) wants(audience loads.Audience, x executor.Spec) bool {
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

// addScenario adds the cell of a scenario of the catalogue. Where there is a race
// binary and the scenario has concurrent requests, a second cell runs in it. In a run of
// streams, the executors that are neither before nor after run on virtual time alone.
func (p *Plan) addScenario(o Options, x executor.Spec, name string) {
	c := cell.Cell{Kind: cell.KindScenario, Executor: x.Name, Scenario: name, Deadline: o.deadline()}
	s, err := scenarios.Lookup(name)
	if o.Streams && x.Name != p.Before.Name && x.Name != p.After.Name {
		if c.VirtualIfPossible = true; err == nil && s.RealTime != "" {
			return
		}
	}
	p.Together = append(p.Together, c)
	if err == nil && s.Concurrent() && o.RaceBinary != "" && !c.VirtualIfPossible {
		c.Race, c.Deadline = true, 2*c.Deadline
		p.Alone = append(p.Alone, c)
	}
}

// addLoad adds the cells of a load.
func (p *Plan) addLoad(o Options, x executor.Spec, load loads.Load) {
	c := cell.Cell{Kind: cell.KindLoad, Executor: x.Name, Scenario: load.Name, Deadline: o.loadDeadline()}
	c.Requests, c.Agents = load.Size(o.Requests, o.Agents)
	if load.MostlyWaits {
		p.Together = append(p.Together, c)
	} else {
		p.Alone = append(p.Alone, c)
	}
	if load.HeapProfiles {
		p.Alone = append(p.Alone, c.Heap())
	}
}

// deadline is how long a cell of the catalogue may take.
func (o Options) deadline() time.Duration {
	if o.Timeout > 0 {
		return o.Timeout
	}
	return 30 * time.Second
}

// loadDeadline is how long the cell of a load may take. It grows with the number
// of agent calls.
func (o Options) loadDeadline() time.Duration {
	if o.Timeout > 0 {
		return o.Timeout
	}
	return time.Minute + time.Duration(o.Requests*o.Agents)*time.Millisecond
}

// Names are the names of the executors.
func (p *Plan) Names() []string { return names(p.Executors) }

// Waivers are the breaches of the contract that are accepted of an executor.
func (p *Plan) Waivers(name string) []executor.Waiver {
	for _, x := range p.Executors {
		if x.Name == name {
			return x.Waivers
		}
	}
	return nil
}

// Lacks are, by executor, the clauses that it does not claim.
func (p *Plan) Lacks() map[string][]int {
	lacks := map[string][]int{}
	for _, x := range p.Executors {
		lacks[x.Name] = x.Unclaimed()
	}
	return lacks
}
