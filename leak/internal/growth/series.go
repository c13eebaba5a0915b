package growth

import (
	"fmt"
	"math"
	"slices"
)

// slope is a line's rise per step with its 95 % confidence interval.
type slope struct{ rise, low, high float64 }

// theilSen is the median of the slopes between every two samples, which one outlier in
// four cannot move (H. Theil, "A rank-invariant method of linear and polynomial
// regression analysis", 1950). Its interval is Sen's, by the normal approximation to
// Kendall's S (P. K. Sen, "Estimates of the regression coefficient based on Kendall's
// tau", 1968). With five samples it is nearly the range of all slopes. Fewer than three
// samples give an infinite interval.
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

// window are the samples that count: the later half of them, or the last least where
// that is more. What rises before it and stops is warm-up.
func window(samples []float64, least int) []float64 {
	n := max(least, len(samples)/2)
	return samples[max(len(samples)-n, 0):]
}

// doubt is a judgement of one series that more rounds may change.
type doubt int

const (
	// flat: it does not rise by more than the tolerance.
	flat doubt = iota
	// unsure: the interval holds slopes below and above the tolerance.
	unsure
	// rising: all slopes of the interval are above the tolerance.
	rising
)

// judge compares a slope with the tolerance.
func (s slope) judge(tolerance float64) doubt {
	switch {
	case s.high <= tolerance:
		return flat
	case s.low > tolerance:
		return rising
	}
	return unsure
}

// doubtOf judges the window of a series.
func doubtOf(samples []float64, least int, tolerance float64) doubt {
	return theilSen(window(samples, least)).judge(tolerance)
}

// trendOf is a clean trend of the samples with the slope of their window. An infinite
// interval, which JSON cannot hold, is left out.
func trendOf(samples []float64, least int) Trend {
	t := Trend{Verdict: Clean, Samples: samples}
	s := theilSen(window(samples, least))
	t.Slope = s.rise
	if !math.IsInf(s.low, 0) && !math.IsInf(s.high, 0) {
		t.Low, t.High = s.low, s.high
	}
	return t
}

func perRound(rise float64) string { return fmt.Sprintf("%+.2g", rise) }
