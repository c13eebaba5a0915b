package view

import (
	"fmt"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
)

// bench is what requests cost whose agents answer at once, where it was measured.
func bench(x *Index) Section {
	s := Section{ID: "bench", Title: "Cost beside the floor"}
	var procs []int
	for _, c := range x.Report.Bench {
		for _, t := range c.Times {
			if !slices.Contains(procs, t.Procs) {
				procs = append(procs, t.Procs)
			}
		}
	}
	slices.Sort(procs)
	g := Table{Columns: []Column{{"executor", Label}, {"allocations", Figure}, {"bytes", Figure}, {"left: goroutines", Figure}, {"descriptors", Figure}, {"bytes kept", Figure}}}
	for _, p := range procs {
		g.Columns = append(g.Columns, Column{fmt.Sprintf("time, %s", plural.Count(p, "processor")), Figure})
	}
	for _, agents := range sizes(x.Report.Bench) {
		for _, c := range x.Report.Bench {
			if c.Agents == agents {
				g.Rows = append(g.Rows, Row{plural.Count(agents, "agent") + " that answer at once, per request", benchCells(c, procs)})
			}
		}
	}
	if len(g.Rows) > 0 {
		s.Tables = []Table{g}
		s.Notes = []Line{note("time: median ratio to the floor, a WaitGroup.Go for each agent into a slice, measured in turns with it, with its 95 %% interval, or the number of samples where they are too few for one.")}
	}
	return s
}

// sizes are the numbers of agents that were measured.
func sizes(costs []reports.Cost) []int {
	var all []int
	for _, c := range costs {
		if !slices.Contains(all, c.Agents) {
			all = append(all, c.Agents)
		}
	}
	slices.Sort(all)
	return all
}

func benchCells(c reports.Cost, procs []int) []Cell {
	if c.Trouble != "" || c.Requests == 0 {
		cells := []Cell{Text(c.Executor), toned(Doubt, "not measured")}
		for range len(procs) + 4 {
			cells = append(cells, toned(Doubt, "?"))
		}
		return cells
	}
	descriptors := fmt.Sprintf("%.3g", c.Descriptors)
	if c.NoDescriptors != "" {
		descriptors = "?"
	}
	cells := []Cell{Text(c.Executor), Text(fmt.Sprintf("%.4g", c.Allocs)), Text(fmt.Sprintf("%.0f", c.AllocBytes)),
		Text(fmt.Sprintf("%.3g", c.Goroutines)), Text(descriptors), Text(fmt.Sprintf("%.0f", max(c.RetainedBytes, 0)))}
	for _, p := range procs {
		var ratios []float64
		for _, t := range c.Times {
			if t.Procs == p {
				ratios = append(ratios, t.Ratios()...)
			}
		}
		if len(ratios) == 0 {
			cells = append(cells, toned(Doubt, "?"))
			continue
		}
		cells = append(cells, Text(ratioText(ratios)))
	}
	return cells
}

// ratioText is the median with its 95 % interval, which assumes no distribution
// (benchmath's, from the order of the samples); few samples have none.
func ratioText(ratios []float64) string {
	s := benchmath.AssumeNothing.Summary(benchmath.NewSample(ratios, &benchmath.DefaultThresholds), 0.95)
	if math.IsInf(s.Lo, 0) || math.IsInf(s.Hi, 0) {
		return fmt.Sprintf("%.2f x (n=%d)", s.Center, len(ratios))
	}
	return fmt.Sprintf("%.2f [%.2f,%.2f]", s.Center, s.Lo, s.Hi)
}
