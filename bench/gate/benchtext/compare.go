package benchtext

import (
	"fmt"
	"math"
	"slices"
	"time"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchunit"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/internal/samples"
	"github.com/watertight-go/watertight/bench/gate/result"
)

// Options say how two outputs are compared. The zero Options take the defaults.
type Options struct {
	// Thresholds say how much worse each unit may become. Nil means
	// DefaultThresholds.
	Thresholds Thresholds
	// Alpha is the level of the Mann-Whitney test. Zero means 0.01; other values
	// must be from 0.0001 to below 1.
	Alpha float64
	// Waivers accept rows that are worse.
	Waivers []result.Waiver
	// Now is the day that expiry dates are compared with. Zero means today.
	Now time.Time
}

// Compare compares two outputs. Counts, as B/op and allocs/op, are compared
// directly. All other units, as time, are compared by a Mann-Whitney test and
// the threshold. No second batch confirms a slowdown here: take 10 or more
// samples of each.
//
// It returns an error if the two outputs are of different systems.
func Compare(old, now *Output, opts Options) (result.Result, error) {
	if err := samples.CheckAlpha(opts.Alpha); err != nil {
		return result.Result{}, fmt.Errorf("gate -bench: %w", err)
	}
	if opts.Alpha == 0 {
		opts.Alpha = samples.DefaultAlpha
	}
	if opts.Thresholds == nil {
		opts.Thresholds = DefaultThresholds()
	}
	for _, name := range []string{"goos", "goarch"} {
		if a, b := old.config[name], now.config[name]; a != b {
			return result.Result{}, fmt.Errorf("gate -bench: got %s %q in %s and %q in %s, want the same", name, format.Printable(a), old.file, format.Printable(b), now.file)
		}
	}
	c := comparison{old: old, now: now, opts: opts, result: result.Result{Against: old.file}}
	if a, b := format.Printable(old.config["cpu"]), format.Printable(now.config["cpu"]); a != b {
		c.otherMachine = fmt.Sprintf("another machine: %s and %s", a, b)
		c.result.Warnings = append(c.result.Warnings, "the two files are of different machines ("+a+", "+b+"): times are not compared")
	}
	c.rows()
	c.result.Waive(opts.Waivers, opts.Now)
	return c.result, nil
}

// comparison is a Result that is being built.
type comparison struct {
	old, now *Output
	opts     Options
	// otherMachine says why times cannot be compared; empty if they can.
	otherMachine string
	result       result.Result
}

// rows pairs the benchmarks by name and unit.
func (c *comparison) rows() {
	for _, k := range c.old.order {
		is, ok := c.now.samples[k]
		if !ok {
			c.result.Rows = append(c.result.Rows, result.Row{Name: k.String(), Status: result.Missing, Got: "not in " + c.now.file, Want: "a row of " + c.old.file,
				Note: "renamed, removed, or run with another GOMAXPROCS"})
			continue
		}
		c.result.Rows = append(c.result.Rows, c.row(k, c.old.samples[k], is))
	}
	for _, k := range c.now.order {
		if _, ok := c.old.samples[k]; !ok {
			c.result.Rows = append(c.result.Rows, result.Row{Name: k.String(), Status: result.New, Got: "in " + c.now.file, Want: "not in " + c.old.file})
		}
	}
}

// row compares the samples of one benchmark in one unit.
func (c *comparison) row(k key, was, is []float64) result.Row {
	before, now := samples.Median(was), samples.Median(is)
	row := result.Row{Name: k.String(), Got: figure(now, k.unit), Want: figure(before, k.unit), Figure: &now}
	threshold, ok := c.opts.Thresholds[k.unit]
	direction := c.direction(k.unit)
	switch {
	case !ok:
		row.Status, row.Note = result.Unsure, fmt.Sprintf("the unit has no threshold: name it in -threshold; known are %s", c.opts.Thresholds.units())
	case direction == unstated:
		row.Status, row.Note = result.Unsure, fmt.Sprintf("less or more may be better: a line \"Unit %s better=lower\" in the files says which", k.unit)
	case c.exact(k.unit) && direction == higher:
		row.Status, row.Note = compareCounts(now, before, threshold)
	case c.exact(k.unit):
		row.Status, row.Note = compareCounts(before, now, threshold)
	case direction == higher:
		row.Status, row.Note = c.compareSamples(inverse(was), inverse(is), threshold)
	default:
		row.Status, row.Note = c.compareSamples(was, is, threshold)
	}
	return row
}

// figure is a number with its unit.
func figure(v float64, unit string) string {
	return benchunit.Scale(v, benchunit.ClassOf(unit)) + " " + unit
}

// direction says which way a unit gets better.
type direction int

// The values are those of benchfmt's unit metadata.
const (
	lower    direction = -1
	unstated direction = 0
	higher   direction = 1
)

func (c *comparison) direction(unit string) direction {
	for _, m := range []benchfmt.UnitMetadataMap{c.now.units, c.old.units} {
		if b := m.GetBetter(unit); b != 0 {
			return direction(b)
		}
	}
	return unstated
}

// exact says that the unit is compared without statistics. benchmath.AssumeExact
// has no test of its own: its p is always 0.
func (c *comparison) exact(unit string) bool {
	if unit == "B/op" || unit == "allocs/op" {
		return true
	}
	return c.now.units.GetAssumption(unit) == benchmath.AssumeExact || c.old.units.GetAssumption(unit) == benchmath.AssumeExact
}

// compareCounts compares counts of which less is better. go test truncates them
// to whole numbers, so what the threshold allows is rounded up to one: from 9 to
// 10 may be a rise of far less than 11 %. With a threshold of zero any rise is
// worse.
func compareCounts(was, is, threshold float64) (result.Status, string) {
	allowed := was
	if threshold > 0 {
		allowed = math.Ceil(was * (1 + threshold))
	}
	switch {
	case is > allowed && was == 0:
		return result.Worse, "it was zero"
	case is > allowed:
		return result.Worse, fmt.Sprintf("%+.0f, at most %+.0f", is-was, allowed-was)
	case is < was:
		return result.Better, ""
	}
	return result.OK, ""
}

// compareSamples compares figures of which less is better and that vary from run
// to run.
func (c *comparison) compareSamples(was, is []float64, threshold float64) (result.Status, string) {
	if c.otherMachine != "" {
		return result.Unsure, c.otherMachine
	}
	if n := min(len(was), len(is)); n < samples.Least {
		return result.Unknown, fmt.Sprintf("%d and %d samples, want %d or more: go test -bench -count=%d", len(was), len(is), samples.Least, samples.Least)
	}
	if slices.ContainsFunc(slices.Concat(was, is), func(v float64) bool { return v <= 0 || math.IsInf(v, 0) }) {
		return result.Unknown, "zero has no ratio"
	}
	e := samples.Compare(was, is, c.opts.Alpha)
	status, note := e.Judge(threshold, c.opts.Alpha)
	if note == "" {
		note = fmt.Sprintf("%s, at most %s (p=%.3f, n=%d+%d)", format.Percent(e.Change), format.Percent(max(threshold, e.Noise)), e.P, len(was), len(is))
	}
	return status, note
}

// inverse turns speeds into times, of which less is better. A speed of zero
// becomes infinite.
func inverse(speeds []float64) []float64 {
	times := make([]float64, len(speeds))
	for i, v := range speeds {
		times[i] = 1 / v
	}
	return times
}
