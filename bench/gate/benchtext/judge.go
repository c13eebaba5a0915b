package benchtext

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/internal/samples"
	"github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/internal/plural"
)

// compareCounts compares counts. Those of which more is better change their sign.
func (c *comparison) compareCounts(k key, was, is []float64) (result.Status, string) {
	all := samples.Counts{Was: was, Is: is, Seen: c.seen(k), Threshold: c.part(k.unit), Alpha: c.opts.Alpha}
	if c.direction(k.unit) == Higher {
		all.Was, all.Is, all.Seen = samples.Negated(all.Was), samples.Negated(all.Is), samples.Negated(all.Seen)
	}
	return all.Judge()
}

// compareSamples compares figures that vary from run to run. On another machine they are
// compared as parts of their floors.
func (c *comparison) compareSamples(k key, was, is *series, row *result.Row) {
	if n := min(len(was.values), len(is.values)); n < samples.Least {
		row.Status, row.Note = result.Unknown, fmt.Sprintf("%d and %d samples, want %d or more: go test -bench -count=%d", len(was.values), len(is.values), samples.Least, samples.Least)
		return
	}
	if slices.ContainsFunc(slices.Concat(was.values, is.values), func(v float64) bool { return v <= 0 || math.IsInf(v, 0) }) {
		row.Status, row.Note = result.Unknown, "zero has no ratio"
		return
	}
	threshold := c.part(k.unit)
	why := c.machines(was, is)
	if why != "" {
		c.compareRatios(k, was, is, row, why)
		return
	}
	threshold = max(threshold, c.noise(k, threshold))
	e := c.effect(k.unit, was.values, is.values)
	if drift := c.opts.Drift; drift > threshold && e.Loss <= drift {
		row.Status, row.Note = result.Unsure, fmt.Sprintf("the machine itself changed by %.0f %%, the threshold is %.0f %%", 100*drift, 100*threshold)
		return
	}
	e.Noise = max(e.Noise, c.opts.Drift)
	row.Status, row.Note = c.judge(e, threshold)
	if row.Note == "" {
		row.Note = fmt.Sprintf("%s, at most %s (p=%.3f, n=%d+%d)", format.Percent(e.Change), c.most(k.unit, e.Limit(threshold)), e.P, len(was.values), len(is.values))
	}
}

// compareRatios compares the times of two machines as parts of their floors.
func (c *comparison) compareRatios(k key, was, is *series, row *result.Row, why string) {
	name, floorWas, floorIs := c.floor(k)
	if floorWas == nil || slices.Contains(slices.Concat(floorWas.values, floorIs.values), 0) {
		row.Status, row.Note = result.Unsure, why
		return
	}
	before, now := ratios(was.values, floorWas.values), ratios(is.values, floorIs.values)
	e := c.effect(k.unit, before, now)
	e.Noise = max(e.Noise, samples.Noise(floorWas.values), samples.Noise(floorIs.values))
	threshold := max(c.part(k.unit), otherMachine)
	if c.direction(k.unit) == Higher {
		threshold = max(c.part(k.unit), 1-1/(1+otherMachine))
	}
	row.Status, row.Note = c.judge(e, threshold)
	row.Got, row.Want, row.Figure = fmt.Sprintf("%.3g x %s", e.Is, name), fmt.Sprintf("%.3g x %s", e.Was, name), &e.Is
	if row.Note == "" {
		row.Note = fmt.Sprintf("%s, at most %s: %s", format.Percent(e.Change), c.most(k.unit, e.Limit(threshold)), why)
	}
}

func (c *comparison) effect(unit string, was, is []float64) samples.Effect {
	if c.direction(unit) == Higher {
		return samples.CompareHigher(was, is, c.opts.Alpha)
	}
	return samples.Compare(was, is, c.opts.Alpha)
}

func (c *comparison) judge(e samples.Effect, threshold float64) (result.Status, string) {
	return e.Judge(threshold, c.opts.Alpha)
}

// most is the largest change for the worse that is allowed.
func (c *comparison) most(unit string, part float64) string {
	if c.direction(unit) == Higher {
		part = -part
	}
	return format.Percent(part)
}

// warn says what is doubtful about the comparison as a whole.
func (c *comparison) warn() {
	if all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(c.old.skipped, c.now.skipped)))); len(all) > 0 {
		c.result.Warnings = append(c.result.Warnings, fmt.Sprintf("skipped, and not compared: %s", strings.Join(all, ", ")))
	}
	for unit, t := range c.opts.Thresholds {
		if math.IsInf(t.Part, 1) {
			c.result.LeftOut = append(c.result.LeftOut, "rows of "+unit+" left out, as asked")
		}
	}
	slices.Sort(c.result.LeftOut)
	if n := len(c.belowNoise); n > 0 {
		c.result.Warnings = append(c.result.Warnings, fmt.Sprintf("the threshold is below the machine's own noise in %s, which holds there instead: %s",
			plural.Count(n, "row"), strings.Join(c.belowNoise[:min(n, 3)], ", ")))
	}
	if c.opts.Noise != nil && c.noNoise > 0 {
		c.result.Warnings = append(c.result.Warnings, fmt.Sprintf("the noise of %s is not known: calibrate again", plural.Count(c.noNoise, "row")))
	}
}

// unitCounts are the counts of the rows of a unit.
type unitCounts struct {
	judged, unsure, fresh int
	// why is the note of an unsure row.
	why string
}

func (u *unitCounts) add(r result.Row) {
	switch r.Status {
	case result.Unsure:
		u.unsure++
		u.why = r.Note
	case result.New:
		u.fresh++
	case result.OK, result.Better, result.Worse, result.Waived:
		u.judged++
	}
}

// undecided names each unit of which no row could be judged. Units that are only new, and
// that nobody asked for, pass.
func (c *comparison) undecided() {
	all := map[string]*unitCounts{}
	var order []string
	for i, row := range c.result.Rows {
		unit := c.units[i]
		if all[unit] == nil {
			all[unit] = &unitCounts{why: "only " + c.now.file + " has it"}
			order = append(order, unit)
		}
		all[unit].add(row)
	}
	for _, unit := range order {
		u := all[unit]
		_, asked := c.opts.Thresholds[unit]
		if u.judged == 0 && (u.unsure > 0 || asked && u.fresh > 0) {
			c.result.Undecided = append(c.result.Undecided, fmt.Sprintf("no row of %s could be judged: %s", unit, u.why))
		}
	}
}
