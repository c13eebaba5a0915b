package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one row of the table with its samples.
type row struct {
	work
	samples map[string][]sample
}

// measure runs the child processes. The tools take turns.
func (w work) measure(ctx context.Context) (*row, error) {
	r := &row{work: w, samples: map[string][]sample{}}
	rounds := max(w.rounds[ours], w.rounds[theirs])
	for round := range rounds {
		for _, tool := range []string{theirs, ours} {
			if !due(round, w.rounds[tool], rounds) {
				continue
			}
			o := order{Case: w.kind.name, Call: w.call, Tool: tool, N: w.n, Runs: w.runs}
			samples, err := o.spawn(ctx)
			if err != nil {
				return nil, err
			}
			r.samples[tool] = append(r.samples[tool], samples...)
		}
	}
	return r, nil
}

// due spreads the n turns of a tool evenly over the rounds. A single turn is in
// the middle: the speed of a machine changes within a minute.
func due(round, n, rounds int) bool {
	return (2*(round+1)*n+rounds)/(2*rounds) > (2*round*n+rounds)/(2*rounds)
}

// median is the median of one figure of one tool.
func (r *row) median(tool string, figure func(sample) float64) float64 {
	var all []float64
	for _, s := range r.samples[tool] {
		all = append(all, figure(s))
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

func wall(s sample) float64    { return float64(s.Wall) }
func cpu(s sample) float64     { return float64(s.CPU) }
func stopped(s sample) float64 { return float64(s.Stopped) }
func alloc(s sample) float64   { return float64(s.Alloc) }
func peak(s sample) float64    { return float64(s.Peak) }
func before(s sample) float64  { return float64(s.Before) }
func growth(s sample) float64  { return float64(max(s.Peak, s.Before) - s.Before) }
func busy(s sample) float64    { return float64(s.Work) }
func proof(s sample) float64   { return float64(s.Proof) }

// ratio is how many times more goleak needs.
func (r *row) ratio(figure func(sample) float64) float64 {
	if m := r.median(ours, figure); m > 0 {
		return r.median(theirs, figure) / m
	}
	return 0
}

// printTable prints the medians, one row for each tool.
func printTable(w io.Writer, rows []*row) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "case\tcall\tgoroutines\ttool\truns\twall\tCPU\tstopped\tallocated\tpeak RSS\tRSS before\twork\tproof")
	for _, r := range rows {
		for _, tool := range []string{ours, theirs} {
			m := func(f func(sample) float64) float64 { return r.median(tool, f) }
			fmt.Fprintf(tw, "%s\t%s\t%d\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.kind.name, r.call, r.n, tool, len(r.samples[tool]),
				duration(m(wall)), duration(m(cpu)), duration(m(stopped)), size(m(alloc)), size(m(peak)), size(m(before)), duration(m(busy)), duration(m(proof)))
		}
	}
	tw.Flush()
	fmt.Fprintln(w)
	for _, k := range kinds {
		if slices.ContainsFunc(rows, func(r *row) bool { return r.kind.name == k.name }) {
			fmt.Fprintf(w, "%-10s %s\n", k.name, k.says)
		}
	}
	fmt.Fprint(w, legend)
}

const legend = `
Medians. CPU is the time of all threads. Stopped is the time with the world stopped, from the runtime's
histograms. RSS before is VmRSS at the start, peak RSS is VmHWM at the end (/proc/self/status, Linux only).
RSS before holds the goroutines themselves, so the requirement is on what a tool adds. Work is the wall time
without the time that leak slept, proof the part of it in the leak profile. A dash stands for not measured.
`

func duration(ns float64) string {
	if ns <= 0 {
		return "-"
	}
	d := time.Duration(ns)
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if d >= 10*unit {
			return d.Round(unit / 10).String()
		}
		if d >= unit {
			return d.Round(unit / 100).String()
		}
	}
	return d.String()
}

func size(bytes float64) string {
	switch {
	case bytes <= 0:
		return "-"
	case bytes < 1<<20:
		return fmt.Sprintf("%.1f KiB", bytes/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", bytes/(1<<20))
}

// benchmarks gives every sample in the format that benchstat reads, as in
// `benchstat -col /tool bin/speed.txt`.
func benchmarks(rows []*row) []byte {
	var b bytes.Buffer
	for _, r := range rows {
		name := strings.ToUpper(r.kind.name[:1]) + r.kind.name[1:]
		for _, tool := range []string{ours, theirs} {
			for _, s := range r.samples[tool] {
				fmt.Fprintf(&b, "Benchmark%s/call=%s/n=%d/tool=%s 1 %d ns/op %d B/op %d cpu-ns/op %d stopped-ns/op %d peak-RSS-bytes\n",
					name, r.call, r.n, tool, s.Wall, s.Alloc, s.CPU, s.Stopped, s.Peak)
			}
		}
	}
	return b.Bytes()
}
