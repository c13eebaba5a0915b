package stress

import (
	"cmp"
	"fmt"
	"os"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/casestudy"
	"github.com/watertight-go/watertight/internal/loads"
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
		addHeap(&o, c, observed)
		all = append(all, o)
		cell := judged(c, o)
		cell.Verdict = scenarios.Waive(cell.Verdict, p.waivers(c.Executor)...)
		r.Cells = append(r.Cells, cell)
	}
	r.Environment.Race = raceNote(a.RaceBinary, a.RaceNote, all)
	for _, x := range p.executors {
		file, line := madeAt(x)
		r.Executors = append(r.Executors, reports.Named{Name: x.Name, Doc: x.Doc, File: file, Line: line})
	}
	r.Bench = p.bench
	conclude(r)
	if casestudy.Covers(p.before, p.after) {
		casestudy.Add(r)
	}
	r.Flames = flames(out, r)
	return r
}

// conclude puts the cells in order and computes what is said of several of them
// together. It needs nothing but the report.
func conclude(r *reports.Report) {
	row, column := map[string]int{}, map[string]int{}
	for i, s := range r.Scenarios {
		row[s.Name] = i
	}
	for i, x := range r.Executors {
		column[x.Name] = i
	}
	slices.SortStableFunc(r.Cells, func(a, b reports.Cell) int {
		return cmp.Or(cmp.Compare(row[a.Observation.Scenario], row[b.Observation.Scenario]),
			cmp.Compare(column[a.Observation.Executor], column[b.Observation.Executor]))
	})
	r.Comparisons = comparisons(r)
}

// addHeap adds the heap profiles that the same load gave in a process of their own.
func addHeap(o *scenarios.Observation, c cell, observed map[cell]scenarios.Observation) {
	if c.Kind != kindLoad {
		return
	}
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
	if load, _ := loads.Find(c.Scenario); load.Mode == loads.RealClient {
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
func comparisons(r *reports.Report) []scenarios.Comparison {
	others := []string{r.After}
	for _, x := range r.Executors {
		if x.Name != r.Before && x.Name != r.After {
			others = append(others, x.Name)
		}
	}
	var all []scenarios.Comparison
	for _, other := range others {
		for _, row := range r.Scenarios {
			before, ok := r.Find(r.Before, row.Name)
			after, too := r.Find(other, row.Name)
			if !ok || !too {
				continue
			}
			s := scenarios.Scenario{Name: row.Name, Row: row.Row, Field: row.Field}
			all = append(all, scenarios.Compare(s, scenarios.Cell(before), scenarios.Cell(after)))
		}
	}
	return all
}
