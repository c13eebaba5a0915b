// Package samples compares two sets of time measurements and decides whether
// the second is slower. Less is always better.
package samples

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/result"
)

const (
	// Least is how many samples each side of a comparison needs.
	Least = 10
	// DefaultThreshold is the change above which the time of an executor is
	// worse, where none is given.
	DefaultThreshold = 0.12
	// DefaultAlpha is the level of the Mann-Whitney test where none is given.
	DefaultAlpha = 0.01
	// LeastAlpha is the lowest level that makes sense. With 10 samples on each
	// side, the test cannot return less than 0.00001.
	LeastAlpha = 0.0001
)

// CheckAlpha returns an error for a level that the test cannot use. Zero stands
// for DefaultAlpha.
func CheckAlpha(alpha float64) error {
	if alpha != 0 && !(alpha >= LeastAlpha && alpha < 1) { // NaN fails too
		return fmt.Errorf("alpha: got %v, want a level from %v to below 1, as 0.01", alpha, LeastAlpha)
	}
	return nil
}

// Effect is the difference between two sets of samples.
type Effect struct {
	// Was and Is are the medians. Change is Is/Was - 1.
	Was, Is, Change float64
	// Loss is how much worse it is: Change where less is better, the fall as a part of Was
	// where more is.
	Loss float64
	// P is the probability of such a difference by chance (Mann-Whitney test).
	P float64
	// Noise is the larger of the two noise floors; see Noise.
	Noise float64
}

// Compare compares two sets of samples of which less is better. alpha is the level of the
// test.
func Compare(was, is []float64, alpha float64) Effect {
	e := Effect{Was: Median(was), Is: Median(is), Noise: max(Noise(was), Noise(is)), P: rankTest(was, is, alpha)}
	e.Change = e.Is/e.Was - 1
	e.Loss = e.Change
	return e
}

// CompareHigher is Compare for samples of which more is better.
func CompareHigher(was, is []float64, alpha float64) Effect {
	e := Compare(was, is, alpha)
	e.Loss = -e.Change
	return e
}

// muchNoise is how many times its noise an effect must be where the noise is above the
// threshold: two runs on a machine that is so busy differ by more than two
// halves of one run do.
const muchNoise = 2

// Limit is what a loss must exceed: the threshold, or twice the noise where that is above
// the threshold. Without a threshold (zero or less) it is the noise.
func (e Effect) Limit(threshold float64) float64 {
	if e.Noise > threshold && threshold > 0 {
		return muchNoise * e.Noise
	}
	return max(threshold, e.Noise)
}

// Judge decides what the effect means. A row is worse only if the difference is
// significant and larger than the threshold, and than twice the noise where the noise is
// above the threshold. The text says why the effect is unsure.
func (e Effect) Judge(threshold, alpha float64) (result.Status, string) {
	limit := e.Limit(threshold)
	switch {
	case e.P < alpha && e.Loss > limit:
		return result.Worse, ""
	case e.Noise > threshold:
		return result.Unsure, fmt.Sprintf("the same code differs by %.0f %% within one run, the threshold is %.0f %%", 100*e.Noise, 100*threshold)
	case e.Loss > threshold:
		return result.Unsure, fmt.Sprintf("%s may be chance (p=%.3f)", format.Percent(e.Change), e.P)
	case e.P < alpha && e.Loss < -limit:
		return result.Better, ""
	}
	return result.OK, ""
}

// JudgeBatches compares each batch with the earlier samples. The row is worse
// only if there are two batches or more and all of them say so. If only some say
// so, it is unsure. If none does, one batch with little noise is enough for ok.
// The Effect is that of the batch that decided.
func JudgeBatches(was []float64, batches [][]float64, threshold, alpha float64) (result.Status, Effect, string) {
	worse := 0
	var shown Effect
	var note string
	status := result.Unknown
	for _, is := range batches {
		e := Compare(was, is, alpha)
		s, why := e.Judge(threshold, alpha)
		if s == result.Worse {
			worse++
		}
		if status == result.Unknown || status == result.Unsure || s == result.Worse && e.Change > shown.Change {
			status, shown, note = s, e, why
		}
	}
	switch {
	case worse == 0:
		return status, shown, note
	case worse < len(batches):
		return result.Unsure, shown, fmt.Sprintf("%d of %d batches say worse", worse, len(batches))
	case len(batches) == 1:
		return result.Unsure, shown, "no confirming batch"
	}
	return result.Worse, shown, fmt.Sprintf("p=%.4f, noise %.1f %%, confirmed", shown.P, 100*shown.Noise)
}

const (
	// splits is how often the samples are halved to find their noise.
	splits = 500
	// covered is the part of the splits that stay within the noise floor.
	covered = 0.98
)

// Noise is the noise floor of samples of the same code. The samples are split
// in half at random 500 times. In 98 % of the splits the medians of the two
// halves differ by at most this part. A half has fewer samples than the whole,
// so the answer is rather too high. The same samples always give the same
// answer. Fewer than four samples are infinitely noisy.
func Noise(samples []float64) float64 {
	if len(samples) < 4 {
		return math.Inf(1)
	}
	r := rand.New(rand.NewPCG(1, 2))
	mixed := slices.Clone(samples)
	apart := make([]float64, splits)
	half := len(mixed) / 2
	for i := range apart {
		r.Shuffle(len(mixed), func(a, b int) { mixed[a], mixed[b] = mixed[b], mixed[a] })
		a, b := Median(mixed[:half]), Median(mixed[half:])
		apart[i] = max(a/b, b/a) - 1
	}
	slices.Sort(apart)
	return apart[int(covered*splits)]
}

// Median is the median, or NaN without values.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
