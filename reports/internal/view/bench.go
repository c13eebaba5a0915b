package view

import (
	"fmt"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
)

// bench is the cost of requests whose agents answer at once, if it was measured.
func bench(x *Index) Section {
	s := Section{ID: "bench", Title: "Cost beside the floor"}
	costs := x.Report.Bench
	if len(costs) == 0 {
		return s
	}
	procs := allProcs(costs)
	t := Table{Columns: benchColumns(procs)}
	for _, agents := range allSizes(costs) {
		for _, c := range costs {
			if c.Agents == agents {
				t.Rows = append(t.Rows, Row{plural.Count(agents, "agent") + " that answer at once, per request", benchCells(c, procs)})
			}
		}
	}
	s.Tables = []Table{t}
	s.Notes = []Line{note("time: median of the ratio to the floor, with its 95 %% interval, or with the number of samples where these are too few. The floor is one WaitGroup.Go for each agent, which writes into a slice.")}
	return s
}

func benchColumns(procs []int) []Column {
	columns := []Column{{"executor", Label}, {"allocations", Figure}, {"bytes", Figure}, {"left: goroutines", Figure}, {"descriptors", Figure}, {"bytes kept", Figure}}
	for _, p := range procs {
		columns = append(columns, Column{fmt.Sprintf("time, %s", plural.Count(p, "processor")), Figure})
	}
	return columns
}

// allProcs are the values of GOMAXPROCS that were measured with.
func allProcs(costs []reports.Cost) []int {
	var all []int
	for _, c := range costs {
		for _, t := range c.Times {
			all = append(all, t.Procs)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// allSizes are the numbers of agents that were measured.
func allSizes(costs []reports.Cost) []int {
	var all []int
	for _, c := range costs {
		all = append(all, c.Agents)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func benchCells(c reports.Cost, procs []int) []Cell {
	unknown := toned(Doubt, "?")
	if c.Trouble != "" || c.Requests == 0 {
		cells := []Cell{Text(c.Executor), toned(Doubt, "not measured")}
		return append(cells, slices.Repeat([]Cell{unknown}, len(procs)+4)...)
	}
	descriptors := Text(fmt.Sprintf("%.3g", c.Descriptors))
	if c.NoDescriptors != "" {
		descriptors = unknown
	}
	cells := []Cell{Text(c.Executor), Text(fmt.Sprintf("%.4g", c.Allocs)), Text(fmt.Sprintf("%.0f", c.AllocBytes)),
		Text(fmt.Sprintf("%.3g", c.Goroutines)), descriptors, Text(fmt.Sprintf("%.0f", max(c.RetainedBytes, 0)))}
	for _, p := range procs {
		cell := unknown
		if ratios := ratiosAt(c, p); len(ratios) > 0 {
			cell = Text(ratioText(ratios))
		}
		cells = append(cells, cell)
	}
	return cells
}

// ratiosAt are the ratios to the floor that were measured with p processors.
func ratiosAt(c reports.Cost, p int) []float64 {
	var ratios []float64
	for _, t := range c.Times {
		if t.Procs == p {
			ratios = append(ratios, t.Ratios()...)
		}
	}
	return ratios
}

// ratioText is the median with its 95 % interval, or with the number of samples
// where they are too few for an interval. The interval assumes no distribution.
func ratioText(ratios []float64) string {
	s := benchmath.AssumeNothing.Summary(benchmath.NewSample(ratios, &benchmath.DefaultThresholds), 0.95)
	if math.IsInf(s.Lo, 0) || math.IsInf(s.Hi, 0) {
		return fmt.Sprintf("%.2f x (n=%d)", s.Center, len(ratios))
	}
	return fmt.Sprintf("%.2f [%.2f,%.2f]", s.Center, s.Lo, s.Hi)
}
