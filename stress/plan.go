package stress

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
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
		if !isLoad(s.Name) {
			rows = append(rows, reports.Row{Name: s.Name, Row: s.Row, Field: s.Field})
		}
	}
	return append(rows,
		reports.Row{Name: accumulationName, Field: fmt.Sprintf("%d requests x %d agents that ignore their context, arriving whatever became of earlier ones", requests, agents)},
		reports.Row{Name: sequentialName, Field: fmt.Sprintf("the same requests, %d at most, one after another", sequentialRequests)},
		reports.Row{Name: cappedName, Field: fmt.Sprintf("the same requests with MaxInFlight %d (the candidate only)", maxInFlight)},
		reports.Row{Name: timelineName, Field: "a day at 100 requests an hour, on virtual time"},
		reports.Row{Name: limitPrefix + "channel", Field: "agents blocked on a channel, more than 10,000 of them"},
		reports.Row{Name: limitPrefix + "syscall", Field: "agents blocked in a system call, a thread each, until a lowered limit of threads"},
		reports.Row{Name: limitPrefix + "socket", Field: "agents blocked on sockets until a lowered limit of descriptors"},
		reports.Row{Name: clientName, Field: "memory of calls that hang in the real client (the original only)"},
	)
}

func isLoad(name string) bool {
	switch name {
	case accumulationName, sequentialName, cappedName, timelineName, clientName:
		return true
	}
	return strings.HasPrefix(name, limitPrefix)
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
	for _, x := range p.executors {
		c := cell{Kind: kindLoad, Executor: x.Name, Scenario: name, Requests: a.Requests, Agents: a.Agents, Deadline: a.loadDeadline()}
		edge := x.Name == p.before.Name || x.Name == p.after.Name
		switch {
		case name == accumulationName:
			p.alone = append(p.alone, c, heapCell(c))
		case name == sequentialName:
			// A blocked caller holds up the next, so most of these only wait.
			c.Requests = min(a.Requests, sequentialRequests)
			p.together = append(p.together, c)
		case name == timelineName:
			c.Requests = timelineHours * timelinePerHour
			p.alone = append(p.alone, c)
		case name == cappedName:
			if x.Name == p.after.Name {
				p.alone = append(p.alone, c)
			}
		case name == clientName:
			if x.Name == p.before.Name {
				c.Kind, c.Requests = kindClient, min(a.Requests, clientRequests)
				p.alone = append(p.alone, c)
			}
		case isLoad(name):
			if edge {
				c.Kind, c.Agents = kindLimit, limitAgents
				c.Requests = limitRequests(strings.TrimPrefix(name, limitPrefix))
				p.alone = append(p.alone, c)
			}
		default:
			c = cell{Kind: kindScenario, Executor: x.Name, Scenario: name, Deadline: a.deadline()}
			p.together = append(p.together, c)
			if s, err := scenarios.Lookup(name); err == nil && s.Concurrent() && a.RaceBinary != "" {
				c.Race, c.Deadline = true, 2*c.Deadline
				p.alone = append(p.alone, c)
			}
		}
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
