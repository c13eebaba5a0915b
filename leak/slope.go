package leak

import (
	"math"
	"slices"
)

// slope is a line's rise per step with its 95 % confidence interval.
type slope struct{ rise, low, high float64 }

// theilSen is the median of the slopes between every two samples, which one
// outlier in four cannot move (H. Theil, "A rank-invariant method of linear and
// polynomial regression analysis", 1950). Its interval is Sen's, by the normal
// approximation to Kendall's S (P. K. Sen, "Estimates of the regression
// coefficient based on Kendall's tau", 1968). With five samples it is nearly the
// range of all slopes, so that few samples say little. Fewer than three say
// nothing: the interval is infinite.
func theilSen(samples []float64) slope {
	n := len(samples)
	if n < 3 {
		return slope{low: math.Inf(-1), high: math.Inf(1)}
	}
	rises := make([]float64, 0, n*(n-1)/2)
	for i := range samples {
		for j := range i {
			rises = append(rises, (samples[i]-samples[j])/float64(i-j))
		}
	}
	slices.Sort(rises)
	m := len(rises)
	median := rises[m/2]
	if m%2 == 0 {
		median = (rises[m/2-1] + rises[m/2]) / 2
	}
	spread := 1.96 * math.Sqrt(float64(n*(n-1)*(2*n+5))/18)
	low := max(int(math.Floor((float64(m)-spread)/2))-1, 0)
	high := min(int(math.Ceil((float64(m)+spread)/2)), m-1)
	return slope{rise: median, low: rises[low], high: rises[high]}
}

// window are the samples that count: the later half of them, or the last least
// where that is more. What rises before it and stops is warm-up.
func window(samples []float64, least int) []float64 {
	n := max(least, len(samples)/2)
	return samples[max(len(samples)-n, 0):]
}

// doubt is a verdict on one resource that more rounds may change.
type doubt int

const (
	// flat: it does not rise by more than is tolerated.
	flat doubt = iota
	// unsure: the interval holds slopes on both sides.
	unsure
	// rising: it does, for all of the window.
	rising
)

// judge compares a slope with what is tolerated.
func (s slope) judge(tolerance float64) doubt {
	switch {
	case s.high <= tolerance:
		return flat
	case s.low > tolerance:
		return rising
	}
	return unsure
}

// finite replaces an interval without an end, which JSON cannot hold.
func (s slope) finite() slope {
	if slices.ContainsFunc([]float64{s.low, s.high}, func(f float64) bool { return math.IsInf(f, 0) }) {
		return slope{rise: s.rise}
	}
	return s
}
