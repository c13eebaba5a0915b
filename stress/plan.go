package stress

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// plan is what a run does: which executors, which rows, which cells.
type plan struct {
	before, after executor.Spec
	// executors is in display order; rows are those of the report.
	executors []executor.Spec
	rows      []reports.Row
	// together are cells that mostly wait and may run beside each other; alone
	// are those whose load would disturb others.
	together, alone []cell
	// part is which part of a split run this is.
	part part
	// bench is what the executors cost, where that was measured.
	bench []reports.Cost
}

// newPlan reads the choice of executors and scenarios, or names what is wrong.
func newPlan(a *runArgs, all []executor.Spec) (*plan, error) {
	p := &plan{}
	if err := p.chooseExecutors(a, all); err != nil {
		return nil, err
	}
	chosen, err := chooseRows(a)
	if err != nil {
		return nil, err
	}
	if p.part, err = parsePart(a.Shard); err != nil {
		return nil, err
	}
	if chosen, err = p.part.of(chosen); err != nil {
		return nil, err
	}
	p.rows = chosen
	for _, row := range chosen {
		p.add(a, row.Name)
	}
	return p, nil
}

// chooseExecutors fills in before, after and executors.
func (p *plan) chooseExecutors(a *runArgs, all []executor.Spec) error {
	var allowed []string
	for _, x := range all {
		allowed = append(allowed, x.Name)
	}
	lookup := func(flag, name, usual string, fallback int) (executor.Spec, error) {
		if name == "" {
			name = usual
			if !slices.Contains(allowed, usual) {
				name = allowed[fallback]
			}
		}
		i := slices.Index(allowed, name)
		if i < 0 {
			return executor.Spec{}, fmt.Errorf("%s: got executor %q, want one of %s", flag, name, strings.Join(allowed, ", "))
		}
		return all[i], nil
	}
	if len(all) < 2 {
		return fmt.Errorf("executors: got %q alone, want two or more: stress.Main takes them beside yours, as in append(exhibits.Specs(), mine)", allowed[0])
	}
	var err error
	if p.before, err = lookup("-before", a.Before, "waitgroup", 0); err != nil {
		return err
	}
	if p.after, err = lookup("-after", a.After, "reference", len(all)-1); err != nil {
		return err
	}
	if p.before.Name == p.after.Name {
		return fmt.Errorf("-before and -after: got %q for both, want two of %s", p.before.Name, strings.Join(allowed, ", "))
	}
	chosen := []string{p.before.Name, p.after.Name}
	for _, name := range items(a.Executors, allowed) {
		x, err := lookup("-executors", name, "", 0)
		if err != nil {
			return err
		}
		chosen = append(chosen, x.Name)
	}
	// Before first and after last, the others between them in their own order.
	p.executors = append(p.executors, p.before)
	for _, x := range all {
		if slices.Contains(chosen, x.Name) && x.Name != p.before.Name && x.Name != p.after.Name {
			p.executors = append(p.executors, x)
		}
	}
	p.executors = append(p.executors, p.after)
	return nil
}

// items splits a comma list; an empty one stands for all.
func items(text string, all []string) []string {
	if strings.TrimSpace(text) == "" {
		return all
	}
	var list []string
	for item := range strings.SplitSeq(text, ",") {
		list = append(list, strings.TrimSpace(item))
	}
	return list
}

// allRows are the rows of the catalogue, then those of the load.
func allRows(requests, agents int) []reports.Row {
	var rows []reports.Row
	for _, s := range scenarios.Catalogue() {
		rows = append(rows, reports.Row{Name: s.Name, Row: s.Row, Field: s.Field})
	}
	for _, l := range loads.All() {
		rows = append(rows, reports.Row{Name: l.Name, Field: l.Describe(requests, agents)})
	}
	return rows
}

// chooseRows matches -scenarios against all rows.
func chooseRows(a *runArgs) ([]reports.Row, error) {
	rows := allRows(a.Requests, a.Agents)
	var allowed []string
	for _, r := range rows {
		allowed = append(allowed, r.Name)
	}
	wanted := map[string]bool{}
	for _, pattern := range items(a.Scenarios, allowed) {
		found := false
		for _, name := range allowed {
			match, err := path.Match(pattern, name)
			if err != nil {
				return nil, fmt.Errorf("-scenarios: got pattern %q: %w", pattern, err)
			}
			if match {
				wanted[name], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("-scenarios: got %q, which matches none of %s", pattern, strings.Join(allowed, ", "))
		}
	}
	return slices.DeleteFunc(rows, func(r reports.Row) bool { return !wanted[r.Name] }), nil
}

// add adds the cells of one row.
func (p *plan) add(a *runArgs, name string) {
	load, isLoad := loads.Find(name)
	for _, x := range p.executors {
		switch {
		case !isLoad:
			p.addScenario(a, x, name)
		case p.heeds(load.For, x):
			p.addLoad(a, x, load)
		}
	}
}

// heeds says whether an executor of the run is one that a load is for.
func (p *plan) heeds(audience loads.Audience, x executor.Spec) bool {
	before, after := x.Name == p.before.Name, x.Name == p.after.Name
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
func (p *plan) addScenario(a *runArgs, x executor.Spec, name string) {
	c := cell{Kind: kindScenario, Executor: x.Name, Scenario: name, Deadline: a.deadline()}
	p.together = append(p.together, c)
	if s, err := scenarios.Lookup(name); err == nil && s.Concurrent() && a.RaceBinary != "" {
		c.Race, c.Deadline = true, 2*c.Deadline
		p.alone = append(p.alone, c)
	}
}

// addLoad adds the cells of a load.
func (p *plan) addLoad(a *runArgs, x executor.Spec, load loads.Load) {
	c := cell{Kind: kindLoad, Executor: x.Name, Scenario: load.Name, Deadline: a.loadDeadline()}
	c.Requests, c.Agents = load.Sized(a.Requests, a.Agents)
	if load.MostlyWaits {
		p.together = append(p.together, c)
	} else {
		p.alone = append(p.alone, c)
	}
	if load.HeapProfiles {
		p.alone = append(p.alone, heapCell(c))
	}
}

// waivers are what is accepted of an executor.
func (p *plan) waivers(name string) []executor.Waiver {
	for _, x := range p.executors {
		if x.Name == name {
			return x.Waivers
		}
	}
	return nil
}

// lacks are the clauses that each executor does not claim.
func (p *plan) lacks() map[string][]int {
	lacks := map[string][]int{}
	for _, x := range p.executors {
		for _, clause := range x.Lacks {
			lacks[x.Name] = append(lacks[x.Name], int(clause))
		}
	}
	return lacks
}

// deadline is how long a cell of the catalogue may take.
func (a *runArgs) deadline() time.Duration {
	if a.Timeout > 0 {
		return a.Timeout
	}
	return 30 * time.Second
}

// loadDeadline grows with the number of agent calls.
func (a *runArgs) loadDeadline() time.Duration {
	if a.Timeout > 0 {
		return a.Timeout
	}
	return time.Minute + time.Duration(a.Requests*a.Agents)*time.Millisecond
}
