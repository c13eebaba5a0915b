package floors

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// trend is S of Mann and Kendall: the pairs that rise minus the pairs that fall.
func trend(f []float64) (s int) {
	for i := range f {
		for j := i + 1; j < len(f); j++ {
			s += cmp.Compare(f[j], f[i])
		}
	}
	return s
}

// drift is t of the mean increment of floors. It takes at least the variance of Poisson's distribution: fewer increments
// than ten say too little of their own variance.
func drift(f []float64) float64 {
	var steps []float64
	for i := 1; i < len(f); i++ {
		steps = append(steps, f[i]-f[i-1])
	}
	m := mean(steps)
	err := math.Sqrt(max(varianceOf(steps), math.Abs(m)) / float64(len(steps)))
	if err == 0 {
		return 0
	}
	return m / err
}

// quantile95 is the two-sided quantile of Student's t for seven increments.
const quantile95 = 2.447

// newAnswer has the slope of floors in the unit of the values. Its interval is of the
// slopes from floor to floor, with at least the variance of Poisson's distribution.
func newAnswer(floors [Blocks]Sample, unit float64) Answer {
	a := Answer{Slope: medianSlope(floors[:]), First: floors[0].Value, Last: floors[Blocks-1].Value}
	var slopes []float64
	for i := 1; i < Blocks; i++ {
		if dt := (floors[i].At - floors[i-1].At).Seconds(); dt > 0 {
			slopes = append(slopes, (floors[i].Value-floors[i-1].Value)/dt)
		}
	}
	if len(slopes) < 2 {
		return a
	}
	n := float64(len(slopes))
	variance := math.Abs(a.Slope) * unit / ((floors[Blocks-1].At - floors[0].At).Seconds() / n)
	variance = max(variance, varianceOf(slopes))
	margin := quantile95 * math.Sqrt(variance/n)
	a.Low, a.High = a.Slope-margin, a.Slope+margin
	return a
}

func varianceOf(all []float64) (v float64) {
	m := mean(all)
	for _, x := range all {
		v += (x - m) * (x - m) / float64(len(all)-1)
	}
	return v
}

// medianSlope is the estimator of Theil and Sen: the median slope of all pairs.
func medianSlope(all []Sample) float64 {
	var slopes []float64
	for i := range all {
		for j := i + 1; j < len(all); j++ {
			if dt := (all[j].At - all[i].At).Seconds(); dt > 0 {
				slopes = append(slopes, (all[j].Value-all[i].Value)/dt)
			}
		}
	}
	if len(slopes) == 0 {
		return 0
	}
	slices.Sort(slopes)
	n := len(slopes)
	return (slopes[(n-1)/2] + slopes[n/2]) / 2
}

// rateOf is the mean rate of a counter since a time.
func rateOf(counter []Sample, since time.Duration) (perSecond float64, ok bool) {
	later := counter[len(until(counter, since-1)):]
	if len(later) < 2 {
		return 0, false
	}
	first, last := later[0], later[len(later)-1]
	dt := (last.At - first.At).Seconds()
	if dt <= 0 || last.Value <= first.Value {
		return 0, false
	}
	return (last.Value - first.Value) / dt, true
}

// The bounds above which the rate of requests rises.
const (
	leastRateTrend = 20
	leastRateRatio = 1.03
	leastRateZ     = 4
)

// risingLoad says that the rate of requests rises in the later half; empty where it
// does not, or where no counter is known.
func risingLoad(s Series) string {
	if len(s.Requests) < 4*Blocks {
		return ""
	}
	rates, counts := blockRates(laterHalf(s.Requests))
	const half = Blocks / 2
	first, second := mean(rates[:half]), mean(rates[half:])
	before, after := sum(counts[:half]), sum(counts[half:])
	if first <= 0 || second/first < leastRateRatio {
		return ""
	}
	z := (after - before) / math.Sqrt(max(after+before, 1))
	if trend(rates) >= leastRateTrend || z >= leastRateZ {
		return fmt.Sprintf("the request rate rose by %.0f %% meanwhile", 100*(second/first-1))
	}
	return ""
}

// blockRates are the rates and the numbers of requests in the blocks of a counter.
func blockRates(all []Sample) (rates, counts []float64) {
	for i := range Blocks {
		from, to := all[i*(len(all)-1)/Blocks], all[(i+1)*(len(all)-1)/Blocks]
		counts = append(counts, to.Value-from.Value)
		if dt := (to.At - from.At).Seconds(); dt > 0 {
			rates = append(rates, (to.Value-from.Value)/dt)
		} else {
			rates = append(rates, 0)
		}
	}
	return rates, counts
}

func sum(all []float64) (total float64) {
	for _, v := range all {
		total += v
	}
	return total
}

func mean(all []float64) float64 { return sum(all) / float64(len(all)) }
