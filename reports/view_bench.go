package reports

import (
	"fmt"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// bench is what requests cost whose agents answer at once, where it was measured.
func bench(x *index) section {
	s := section{id: "bench", title: "Cost beside the floor"}
	var procs []int
	for _, c := range x.report.Bench {
		for _, t := range c.Times {
			if !slices.Contains(procs, t.Procs) {
				procs = append(procs, t.Procs)
			}
		}
	}
	slices.Sort(procs)
	g := grid{columns: []column{{"executor", label}, {"allocations", figure}, {"bytes", figure}, {"left: goroutines", figure}, {"descriptors", figure}, {"bytes kept", figure}}}
	for _, p := range procs {
		g.columns = append(g.columns, column{fmt.Sprintf("time, %s", plural(p, "processor")), figure})
	}
	for _, agents := range sizes(x.report.Bench) {
		for _, c := range x.report.Bench {
			if c.Agents == agents {
				g.rows = append(g.rows, row{plural(agents, "agent") + " that answer at once, per request", benchCells(c, procs)})
			}
		}
	}
	if len(g.rows) > 0 {
		s.grids = []grid{g}
		s.notes = []line{note("time: median ratio to the floor, a WaitGroup.Go for each agent into a slice, measured in turns with it, with its 95 %% interval, or the number of samples where they are too few for one.")}
	}
	return s
}

// sizes are the numbers of agents that were measured.
func sizes(costs []Cost) []int {
	var all []int
	for _, c := range costs {
		if !slices.Contains(all, c.Agents) {
			all = append(all, c.Agents)
		}
	}
	slices.Sort(all)
	return all
}

func benchCells(c Cost, procs []int) []cell {
	if c.Trouble != "" || c.Requests == 0 {
		cells := []cell{say(c.Executor), toned(doubt, "not measured")}
		for range len(procs) + 4 {
			cells = append(cells, toned(doubt, "?"))
		}
		return cells
	}
	descriptors := fmt.Sprintf("%.3g", c.Descriptors)
	if c.NoDescriptors != "" {
		descriptors = "?"
	}
	cells := []cell{say(c.Executor), say(fmt.Sprintf("%.4g", c.Allocs)), say(fmt.Sprintf("%.0f", c.AllocBytes)),
		say(fmt.Sprintf("%.3g", c.Goroutines)), say(descriptors), say(fmt.Sprintf("%.0f", max(c.RetainedBytes, 0)))}
	for _, p := range procs {
		var ratios []float64
		for _, t := range c.Times {
			if t.Procs == p {
				ratios = append(ratios, t.Ratios()...)
			}
		}
		if len(ratios) == 0 {
			cells = append(cells, toned(doubt, "?"))
			continue
		}
		cells = append(cells, say(ratioText(ratios)))
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
