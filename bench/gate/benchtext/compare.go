package benchtext

import (
	"fmt"
	"math"
	"slices"
	"time"

	"golang.org/x/perf/benchunit"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/internal/samples"
	"github.com/watertight-go/watertight/bench/gate/result"
)

// Options say how two outputs are compared. The zero Options take the defaults.
type Options struct {
	// Thresholds say how much worse units may become, where the defaults do not fit.
	Thresholds Thresholds
	// Alpha is the level of the Mann-Whitney test. Zero means 0.01; other values
	// must be from 0.0001 to below 1.
	Alpha float64
	// Waivers accept rows that are worse.
	Waivers []result.Waiver
	// Now is the day that expiry dates are compared with. Zero means today.
	Now time.Time
	// Machine says what is known of the machines, besides what the files say.
	Machine Machine
	// Floor is the benchmark by which all others are divided where the machines differ.
	// Empty means BenchmarkFloor, or for "BenchmarkX/new" one as "BenchmarkX/floor" or
	// "BenchmarkX/old".
	Floor string
	// Noise is how much rows differ on this machine by chance. Nil where nobody knows.
	Noise *Noise
	// Drift is by how much a benchmark that is the same on both sides has changed: the
	// machine itself did. 0.02 is 2 %. No change of a time below it counts.
	Drift float64
}

// Machine says what is known of the machines that two outputs are of.
type Machine string

const (
	// AsFilesSay: the cpu lines decide. A file without one is of an unknown machine.
	AsFilesSay Machine = ""
	// SameMachine: one machine, whatever the files say or do not say.
	SameMachine Machine = "same"
)

// Compare compares two outputs. Counts, as B/op and allocs/op, are compared
// as they are where all samples of a side agree. All other units, as time, are compared by
// a Mann-Whitney test and the threshold. No second batch confirms a slowdown here: take 10
// or more samples of each.
//
// What could not be judged although it was asked for, and a unit of which no row could be
// judged, is in Result.Undecided.
//
// It returns an error if the two outputs are of different systems, or if a threshold names
// a unit that neither has.
func Compare(old, now *Output, opts Options) (result.Result, error) {
	if err := samples.CheckAlpha(opts.Alpha); err != nil {
		return result.Result{}, fmt.Errorf("gate -bench: %w", err)
	}
	if opts.Alpha == 0 {
		opts.Alpha = samples.DefaultAlpha
	}
	c := comparison{old: old, now: now, opts: opts, result: result.Result{Against: old.file}}
	if err := c.check(); err != nil {
		return result.Result{}, fmt.Errorf("gate -bench: %w", err)
	}
	if err := sameSystem(old, now); err != nil {
		return result.Result{}, fmt.Errorf("gate -bench: %w", err)
	}
	c.usableNoise()
	c.rows()
	c.warn()
	c.result.Waive(opts.Waivers, opts.Now)
	c.undecided()
	return c.result, nil
}

// comparison is a Result that is being built.
type comparison struct {
	old, now *Output
	opts     Options
	result   result.Result
	// units are the units of the rows, in the same order.
	units []string
	// belowNoise are the rows whose threshold is below the noise of the machine.
	belowNoise []string
	// noNoise is how many rows the noise does not know.
	noNoise int
}

// sameSystem is an error for files of different systems.
func sameSystem(old, now *Output) error {
	for _, name := range []string{"goos", "goarch"} {
		a, b := old.values(name), now.values(name)
		if all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b)))); len(all) > 1 {
			return fmt.Errorf("got %s %q in %s and %q in %s, want the same", name, a, old.file, b, now.file)
		}
	}
	return nil
}

// values are those that the headers of a file give for a name, each once.
func (o *Output) values(name string) (all []string) {
	for _, k := range o.order {
		for _, b := range o.rows[k].blocks {
			if v := format.Printable(b.config[name]); v != "" && !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// rows pairs the benchmarks by name and unit.
func (c *comparison) rows() {
	for _, k := range c.old.order {
		if c.isIgnored(k.unit) {
			continue
		}
		is, ok := c.now.rows[k]
		if !ok {
			c.add(k, result.Row{Status: result.Missing, Got: "not in " + c.now.file, Want: "a row of " + c.old.file, Note: c.whyMissing(k)})
			continue
		}
		c.add(k, c.row(k, c.old.rows[k], is))
	}
	for _, k := range c.now.order {
		if _, ok := c.old.rows[k]; !ok && !c.isIgnored(k.unit) {
			c.add(k, result.Row{Status: result.New, Got: "in " + c.now.file, Want: "not in " + c.old.file})
		}
	}
}

func (c *comparison) add(k key, r result.Row) {
	r.Name = k.String()
	c.result.Rows = append(c.result.Rows, r)
	c.units = append(c.units, k.unit)
}

func (c *comparison) isIgnored(unit string) bool { return math.IsInf(c.opts.Thresholds[unit].Part, 1) }

func (c *comparison) whyMissing(k key) string {
	pkg, short, _ := parts(k.name)
	if slices.ContainsFunc(c.now.skipped, func(s string) bool { p, n, _ := parts(s); return p == pkg && n == short }) {
		return "it was skipped"
	}
	return "renamed, removed, or run with another GOMAXPROCS"
}

// row compares the samples of one benchmark in one unit.
func (c *comparison) row(k key, was, is *series) result.Row {
	before, now := samples.Median(was.values), samples.Median(is.values)
	row := result.Row{Got: figure(now, k.unit), Want: figure(before, k.unit), Figure: &now}
	direction := c.direction(k.unit)
	for _, s := range []struct {
		*series
		of *Output
	}{{was, c.old}, {is, c.now}} {
		if note := s.merged(s.of); note != "" {
			row.Status, row.Note = result.Unknown, note
			return row
		}
	}
	switch {
	case direction == "":
		row.Status, row.Note = result.Unsure, fmt.Sprintf("less or more may be better: -threshold '%s=-10%%' says that more is, +10%% that less is; a line \"Unit %s better=lower\" in the files says it too", k.unit, k.unit)
	case c.exact(k.unit) || c.hasZero(k.unit, was, is):
		row.Status, row.Note = c.compareCounts(k, was.values, is.values)
	default:
		c.compareSamples(k, was, is, &row)
	}
	return row
}

// hasZero says that figures other than times have a zero, which has no ratio.
func (c *comparison) hasZero(unit string, was, is *series) bool {
	return unit != "sec/op" && slices.Contains(slices.Concat(was.values, is.values), 0)
}

// figure is a number with its unit.
func figure(v float64, unit string) string {
	return benchunit.Scale(v, benchunit.ClassOf(unit)) + " " + unit
}
