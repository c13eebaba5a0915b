// Package assemble makes a report of what was observed. It judges each cell, compares
// the executors, and adds where the run was made and what its profiles contain.
package assemble

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/internal/casestudy"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/stress/internal/cell"
	"github.com/watertight-go/watertight/stress/internal/plan"
)

// Input is what a report is made of.
type Input struct {
	Plan     *plan.Plan
	Observed map[cell.Cell]scenarios.Observation
	// Bench is what the executors cost. Nil: not measured.
	Bench []reports.Cost
	// Race is the report's sentence about race cells; see RaceNote.
	Race string
	// Folder is the folder of the report, which holds the profiles. Empty: the
	// report gets no flame graphs.
	Folder string
	// Args are the arguments of the command.
	Args []string
}

// Report judges the observations and computes the rest of the report from them. With
// one executor there is nothing to compare.
func Report(in Input) *reports.Report {
	p := in.Plan
	r := &reports.Report{
		Schema: reports.Schema, Tool: "stress " + Version(), Environment: environment(in.Args),
		After: p.After.Name, Scenarios: p.Rows, Bench: in.Bench,
	}
	for _, x := range p.Executors {
		file, line := madeAt(x)
		r.Executors = append(r.Executors, reports.Executor{Name: x.Name, Doc: x.Doc, File: file, Line: line})
	}
	r.Environment.Race = in.Race
	r.Cells = cells(p, in.Observed)
	if p.Before.Name != p.After.Name {
		r.Before = p.Before.Name
	}
	Conclude(r)
	if r.Before != "" && casestudy.Covers(p.Before, p.After) {
		casestudy.Add(r)
	}
	if in.Folder != "" {
		r.Flames = Flames(in.Folder, r)
	}
	return r
}

// cells are the judged cells of the plan, with the waivers of their executors.
func cells(p *plan.Plan, observed map[cell.Cell]scenarios.Observation) []scenarios.Cell {
	var all []scenarios.Cell
	for _, c := range slices.Concat(p.Together, p.Alone) {
		o, ok := observed[c]
		if !ok || c.Kind == cell.KindHeap {
			continue
		}
		addHeap(&o, c, observed)
		judged := c.Judge(o)
		judged.Verdict = judge.Waive(judged.Verdict, p.Waivers(c.Executor)...)
		all = append(all, judged)
	}
	return all
}

// Conclude puts the cells of a report in order and compares them.
func Conclude(r *reports.Report) {
	row, column := map[string]int{}, map[string]int{}
	for i, s := range r.Scenarios {
		row[s.Name] = i
	}
	for i, x := range r.Executors {
		column[x.Name] = i
	}
	slices.SortStableFunc(r.Cells, func(a, b scenarios.Cell) int {
		return cmp.Or(cmp.Compare(row[a.Observation.Scenario], row[b.Observation.Scenario]),
			cmp.Compare(column[a.Observation.Executor], column[b.Observation.Executor]))
	})
	r.Comparisons = comparisons(r)
}

// addHeap adds the heap profiles of a load, which another process took.
func addHeap(o *scenarios.Observation, c cell.Cell, observed map[cell.Cell]scenarios.Observation) {
	if c.Kind != cell.KindLoad {
		return
	}
	h := c.Heap()
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

// comparisons compares before with each other executor, with after first.
func comparisons(r *reports.Report) []scenarios.Comparison {
	rest := []string{r.After}
	for _, x := range r.Executors {
		if x.Name != r.Before && x.Name != r.After {
			rest = append(rest, x.Name)
		}
	}
	var all []scenarios.Comparison
	for _, other := range rest {
		for _, row := range r.Scenarios {
			before, ok := r.Find(r.Before, row.Name)
			after, too := r.Find(other, row.Name)
			if !ok || !too {
				continue
			}
			s := scenarios.Scenario{Name: row.Name, MatrixRow: row.MatrixRow, Story: row.Story}
			all = append(all, judge.Compare(s, scenarios.Cell(before), scenarios.Cell(after)))
		}
	}
	return all
}

// RaceNote is the report's sentence about race cells: how many ran, or why none did.
// binary and note are the flags -race-binary and -race-note.
func RaceNote(binary, note string, observed map[cell.Cell]scenarios.Observation) string {
	ran := 0
	for _, o := range observed {
		if o.Race {
			ran++
		}
	}
	switch {
	case binary == "" && note != "":
		return "not run: " + note
	case binary == "":
		return "not run: no -race-binary was given"
	case ran == 0:
		return "not run: no scenario with concurrent requests was chosen"
	}
	return fmt.Sprintf("%d cells in a binary built with -race", ran)
}
