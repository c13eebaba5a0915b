package gate

import (
	"fmt"
	"math"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchunit"
)

// texts is a comparison of two outputs of go test -bench.
type texts struct {
	old, now   *BenchText
	thresholds Thresholds
	opts       Options
	// foreign says why times cannot be compared; empty where they can.
	foreign string
	result  Result
}

// row compares the samples of one benchmark in one unit.
func (c *texts) row(k benchKey, was, is []float64) Row {
	row := Row{Name: k.String(), Got: c.show(k, medianOf(is)), Want: c.show(k, medianOf(was)), value: medianOf(is), ceiled: true}
	threshold, ok := c.thresholds[k.unit]
	better := c.better(k.unit)
	switch {
	case !ok:
		row.Status, row.Note = Unsure, fmt.Sprintf("no threshold: only %s have one; name it in -threshold", c.thresholds.units())
	case better == 0:
		row.Status, row.Note = Unsure, fmt.Sprintf("less or more may be better: a line \"Unit %s better=lower\" in the files says which", k.unit)
	case c.exact(k.unit):
		row.Status, row.Note = wholeUnits(medianOf(was), medianOf(is), threshold, better)
	default:
		row.Status, row.Note = c.samples(was, is, threshold, better)
	}
	return row
}

// show is a figure with its unit.
func (c *texts) show(k benchKey, v float64) string {
	class := benchunit.ClassOf(k.unit)
	return benchunit.Scale(v, class) + " " + k.unit
}

// better is -1 where less of the unit is better, 1 where more is, 0 where nobody
// said so.
func (c *texts) better(unit string) int {
	for _, m := range []benchfmt.UnitMetadataMap{c.now.units, c.old.units} {
		if b := m.GetBetter(unit); b != 0 {
			return b
		}
	}
	return 0
}

// exact says that the unit is compared directly: repeating it does not make it
// surer. benchmath.AssumeExact has no test of its own: its p is always 0.
func (c *texts) exact(unit string) bool {
	if unit == "B/op" || unit == "allocs/op" {
		return true
	}
	return c.now.units.GetAssumption(unit) == benchmath.AssumeExact || c.old.units.GetAssumption(unit) == benchmath.AssumeExact
}

// wholeUnits compares counts. go test cuts them off to whole ones, so a
// percentage is rounded up to a whole one: from 9 to 10 is at most one more, and
// no proof of 11 %. With a threshold of zero any rise counts.
func wholeUnits(was, is, threshold float64, better int) (Status, string) {
	if better > 0 {
		was, is = is, was
	}
	allowed := was
	if threshold > 0 {
		allowed = math.Ceil(was * (1 + threshold))
	}
	switch {
	case is > allowed && was == 0:
		return Worse, "from none"
	case is > allowed:
		return Worse, fmt.Sprintf("%+.0f, at most %+.0f", is-was, allowed-was)
	case is < was:
		return Better, ""
	}
	return OK, ""
}

// samples compares what varies from run to run.
func (c *texts) samples(was, is []float64, threshold float64, better int) (Status, string) {
	if c.foreign != "" {
		return Unsure, c.foreign
	}
	if n := min(len(was), len(is)); n < MinSamples {
		return Unknown, fmt.Sprintf("%d and %d samples, want %d or more: go test -bench -count=%d", len(was), len(is), MinSamples, MinSamples)
	}
	for _, v := range append(append([]float64{}, was...), is...) {
		if v <= 0 {
			return Unknown, "zero has no ratio"
		}
	}
	if better > 0 {
		was, is = inverse(was), inverse(is)
	}
	e := compareSamples(was, is, c.opts.Alpha)
	status, note := e.judge(threshold, c.opts.Alpha)
	if note == "" {
		note = fmt.Sprintf("%s, at most %s (p=%.3f, n=%d+%d)", percent(e.change), percent(max(threshold, e.noise)), e.p, len(was), len(is))
	}
	return status, note
}

// inverse makes a speed a time, so that less is better.
func inverse(speeds []float64) []float64 {
	times := make([]float64, len(speeds))
	for i, v := range speeds {
		times[i] = 1 / v
	}
	return times
}
