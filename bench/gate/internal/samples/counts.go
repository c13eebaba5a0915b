package samples

import (
	"fmt"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"

	"github.com/watertight-go/watertight/bench/gate/result"
)

// Counts are two sets of counts of which less is better, as of allocations. Chance may
// move a count between two values: 10 or 11.
type Counts struct {
	Was, Is []float64
	// Seen are counts that other runs of the earlier code had; none where no such run is
	// known.
	Seen []float64
	// Threshold is the part by which a count may rise. What it allows is rounded up to a
	// whole count, because go test truncates: from 9 to 10 may be a rise of far less than
	// 11 %. At zero, any rise is worse.
	Threshold float64
	// Alpha is the level of the Mann-Whitney test.
	Alpha float64
}

// The levels at which counts that overlap are judged, as parts of alpha. Half of all pairs
// of runs of the same code have different medians, where counts are 10 or 11 by chance.
const (
	worsePart  = 0.01
	unsurePart = 0.1
)

// Judge says whether counts have risen. They are worse without doubt where the least count
// of now is above all earlier ones but a tenth, in as many samples as chance cannot
// explain. Where both sides have more counts in common, only a test at a hundredth of
// alpha, with a rise above the noise, says worse.
func (c Counts) Judge() (result.Status, string) {
	before, now := Median(c.Was), Median(c.Is)
	top := slices.Max(slices.Concat(c.Was, c.Seen))
	p := rankTest(c.Was, c.Is, c.Alpha)
	rises := now > c.allowed(before) && now > c.allowed(slices.Max(append(c.Seen[:len(c.Seen):len(c.Seen)], before)))
	switch {
	case slices.Min(c.Is) > c.allowed(top):
		if p >= c.Alpha {
			return result.Unsure, fmt.Sprintf("%d and %d samples do not tell a rise from chance: go test -bench -count=%d", len(c.Was), len(c.Is), Least)
		}
		return result.Worse, c.rise(top, slices.Min(c.Is))
	case rises && slices.Min(c.Is) > c.allowed(most(c.Was)):
		return result.Worse, fmt.Sprintf("%s before, %s now (p=%.4f)", span(c.Was), span(c.Is), p)
	case rises && p < worsePart*c.Alpha && (now-before)/math.Abs(before) > max(Noise(c.Was), Noise(c.Is)):
		return result.Worse, fmt.Sprintf("%s, p=%.5f", c.rise(before, now), p)
	case rises && (p < unsurePart*c.Alpha || -most(Negated(c.Is)) > c.allowed(most(c.Was)) || leastP(len(c.Was), len(c.Is)) >= unsurePart*c.Alpha):
		return result.Unsure, fmt.Sprintf("may be chance: %s before, %s now (p=%.4f)", span(c.Was), span(c.Is), p)
	case now < before && p < c.Alpha:
		return result.Better, ""
	case constant(c.Was) && constant(c.Is):
		return result.OK, ""
	}
	return result.OK, fmt.Sprintf("%s before, %s now", span(c.Was), span(c.Is))
}

// allowed is the largest count that the threshold allows in the place of v.
func (c Counts) allowed(v float64) float64 {
	if c.Threshold == 0 {
		return v
	}
	limit := v + c.Threshold*math.Abs(v)
	if v != math.Trunc(v) {
		return limit
	}
	return math.Ceil(limit - 1e-9*math.Abs(v)) // 10*1.1 is above 11
}

func (c Counts) rise(from, to float64) string {
	if from == 0 {
		return "it was zero"
	}
	return fmt.Sprintf("%+.4g, at most %+.4g", to-from, c.allowed(from)-from)
}

// most is the largest value, without the tenth of the values that is largest: in one sample
// of ten a buffer may have grown.
func most(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)-1-len(values)/10]
}

// Negated are the values with the other sign: of them less is better where of the values
// more is.
func Negated(values []float64) []float64 {
	all := slices.Clone(values)
	for i := range all {
		all[i] = -all[i]
	}
	return all
}

// span is "10", or "10 to 11"; without the sign of counts of which more is better.
func span(counts []float64) string {
	a, b := math.Abs(slices.Min(counts)), math.Abs(slices.Max(counts))
	if a == b {
		return fmt.Sprintf("%.6g", a)
	}
	return fmt.Sprintf("%.6g to %.6g", min(a, b), max(a, b))
}

func constant(values []float64) bool { return slices.Min(values) == slices.Max(values) }

// rankTest is the probability of such a difference by chance (Mann-Whitney test).
func rankTest(was, is []float64, alpha float64) float64 {
	if len(was) == 0 || len(is) == 0 {
		return 1
	}
	// NewSample sorts in place.
	a := benchmath.NewSample(slices.Clone(was), &benchmath.Thresholds{CompareAlpha: alpha})
	b := benchmath.NewSample(slices.Clone(is), &benchmath.Thresholds{CompareAlpha: alpha})
	return benchmath.AssumeNothing.Compare(a, b).P
}

// leastP is the least p that so many samples can have: that of samples that do not overlap.
func leastP(n, m int) float64 {
	ways := 1.0
	for i := 1; i <= m; i++ {
		ways *= float64(n+i) / float64(i)
	}
	return 2 / ways
}
