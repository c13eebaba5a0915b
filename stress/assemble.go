package stress

import (
	"fmt"
	"os"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// report judges the observations and computes everything that the report says
// from them. The profiles are in the folder out.
func (a *runArgs) report(p *plan, out string, observed map[cell]scenarios.Observation) *reports.Report {
	r := &reports.Report{
		Schema: reports.Schema, Tool: "stress " + version(), Environment: environment(os.Args[1:]),
		Before: p.before.Name, After: p.after.Name, Scenarios: p.rows,
	}
	var all []scenarios.Observation
	for _, c := range append(p.together, p.alone...) {
		o, ok := observed[c]
		if !ok {
			continue
		}
		if c.Kind == kindHeap {
			continue
		}
		if c.Scenario == accumulationName {
			addHeap(&o, c, observed)
		}
		all = append(all, o)
		r.Cells = append(r.Cells, judged(c, o))
	}
	r.Environment.Race = raceNote(a.RaceBinary, a.RaceNote, all)
	for _, x := range p.executors {
		r.Executors = append(r.Executors, reports.Named{Name: x.Name, Doc: x.Doc})
	}
	r.Comparisons = comparisons(r, p)
	r.Projections = projections(r)
	r.Flames = flames(out, r)
	r.Claims = claims(r)
	return r
}

// addHeap adds the heap profiles that the same load gave in a process of their own.
func addHeap(o *scenarios.Observation, c cell, observed map[cell]scenarios.Observation) {
	h := heapCell(c)
	heap, ok := observed[h]
	if !ok {
		return
	}
	if h.Requests < c.Requests {
		o.Warnings = append(o.Warnings, fmt.Sprintf("heap profiles are of the first %d of %d requests", h.Requests, c.Requests))
	}
	o.Profiles = append(o.Profiles, heap.Profiles...)
	for _, w := range heap.Warnings {
		if !slices.Contains(o.Warnings, w) {
			o.Warnings = append(o.Warnings, "heap profiles: "+w)
		}
	}
	if heap.Crash != nil {
		o.Warnings = append(o.Warnings, "no heap profiles: "+heap.Crash.Message)
	}
}

// judged is the report's cell of an observation.
func judged(c cell, o scenarios.Observation) reports.Cell {
	if c.Kind == kindClient {
		v := scenarios.Verdict{Executor: c.Executor, Scenario: c.Scenario, Clauses: []scenarios.ClauseResult{{
			Clause: executor.LeavesNothing, Status: scenarios.NotApplicable, Reason: "measures memory while calls hang, and judges nothing",
		}}}
		return reports.Cell{Observation: o, Verdict: v}
	}
	s, err := c.scenario()
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

// comparisons sets before beside each other executor, after first.
func comparisons(r *reports.Report, p *plan) []scenarios.Comparison {
	others := []string{p.after.Name}
	for _, x := range p.executors {
		if x.Name != p.before.Name && x.Name != p.after.Name {
			others = append(others, x.Name)
		}
	}
	var all []scenarios.Comparison
	for _, other := range others {
		for _, row := range r.Scenarios {
			before, ok := find(r, p.before.Name, row.Name)
			after, too := find(r, other, row.Name)
			if !ok || !too {
				continue
			}
			s := scenarios.Scenario{Name: row.Name, Row: row.Row, Field: row.Field}
			all = append(all, scenarios.Compare(s, scenarios.Cell(before), scenarios.Cell(after)))
		}
	}
	return all
}
