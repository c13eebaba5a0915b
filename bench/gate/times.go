package gate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"golang.org/x/perf/benchmath"
)

// effect is what two sets of samples say about each other.
type effect struct {
	// was and is are the medians, change is/was - 1 with the sign that makes
	// more worse.
	was, is, change float64
	// p is that of the Mann-Whitney test.
	p float64
	// noise is the A/A noise floor: how far medians of halves of the same
	// samples are apart.
	noise float64
}

// compareSamples compares samples of which less is better.
func compareSamples(was, is []float64, alpha float64) effect {
	// NewSample sorts in place.
	a := benchmath.NewSample(slices.Clone(was), &benchmath.Thresholds{CompareAlpha: alpha})
	b := benchmath.NewSample(slices.Clone(is), &benchmath.Thresholds{CompareAlpha: alpha})
	e := effect{was: medianOf(was), is: medianOf(is), noise: max(noise(was), noise(is))}
	e.change = e.is/e.was - 1
	e.p = benchmath.AssumeNothing.Compare(a, b).P
	if len(was) == 0 || len(is) == 0 {
		e.p = 1
	}
	return e
}

const (
	// splits is how often samples are halved to find their noise.
	splits = 500
	// quiet is the part of the splits that the noise floor covers.
	quiet = 0.98
)

// noise is the A/A noise floor of samples: they are split in half at random,
// and the medians of the two halves, which are of the same code, differ by at
// most this part in 98 of 100 splits. As a half has fewer samples than the
// whole, it is rather too much. The same samples give the same answer.
func noise(samples []float64) float64 {
	if len(samples) < 4 {
		return math.Inf(1)
	}
	r := rand.New(rand.NewPCG(1, 2))
	mixed := slices.Clone(samples)
	apart := make([]float64, splits)
	half := len(mixed) / 2
	for i := range apart {
		r.Shuffle(len(mixed), func(a, b int) { mixed[a], mixed[b] = mixed[b], mixed[a] })
		a, b := medianOf(mixed[:half]), medianOf(mixed[half:])
		apart[i] = max(a/b, b/a) - 1
	}
	slices.Sort(apart)
	return apart[int(quiet*splits)]
}

// medianOf is the median; NaN without values.
func medianOf(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// judge says what an effect means for a row with that threshold.
func (e effect) judge(threshold, alpha float64) (Status, string) {
	limit := max(threshold, e.noise)
	switch {
	case e.p < alpha && e.change > limit:
		return Worse, ""
	case e.noise > threshold:
		return Unsure, fmt.Sprintf("the same code differs by %.0f %% within one run, the threshold is %.0f %%", 100*e.noise, 100*threshold)
	case e.change > threshold:
		return Unsure, fmt.Sprintf("%s may be chance (p=%.3f)", percent(e.change), e.p)
	case e.p < alpha && e.change < -limit:
		return Better, ""
	}
	return OK, ""
}

// judgeBatches wants every batch to say worse before the row is; where only some
// do, it is unsure. Where none does, one quiet batch settles it.
func judgeBatches(was []float64, batches [][]float64, threshold, alpha float64) (Status, effect, string) {
	worse := 0
	var shown effect
	var note string
	status := Unknown
	for _, is := range batches {
		e := compareSamples(was, is, alpha)
		s, why := e.judge(threshold, alpha)
		if s == Worse {
			worse++
		}
		if status == Unknown || status == Unsure || s == Worse && e.change > shown.change {
			status, shown, note = s, e, why
		}
	}
	switch {
	case worse == 0:
		return status, shown, note
	case worse < len(batches):
		return Unsure, shown, fmt.Sprintf("%d of %d batches say worse", worse, len(batches))
	case len(batches) == 1:
		return Unsure, shown, "no confirming batch"
	}
	return Worse, shown, fmt.Sprintf("p=%.4f, noise %.1f %%, confirmed", shown.p, 100*shown.noise)
}
