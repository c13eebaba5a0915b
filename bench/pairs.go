package bench

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"golang.org/x/perf/benchmath"

	"github.com/watertight-go/watertight/bench/internal/pairs"
)

// Plan says how long a comparison measures. The zero Plan takes the defaults.
type Plan struct {
	// Samples is how many pairs are wanted. Zero means 20. With fewer than 10
	// the ratio has a warning.
	Samples int
	// SampleTime is how long each half of a pair takes at least; the call is
	// repeated. Zero means 10 ms.
	SampleTime time.Duration
	// Budget ends the measuring early, but not before three pairs are measured.
	// It includes the calibration. Zero means 12 s.
	Budget time.Duration
}

func (p Plan) withDefaults() Plan {
	if p.Samples == 0 {
		p.Samples = 20
	}
	if p.SampleTime == 0 {
		p.SampleTime = 10 * time.Millisecond
	}
	if p.Budget == 0 {
		p.Budget = 12 * time.Second
	}
	return p
}

const (
	leastPairs  = 3  // are measured whatever the budget is
	enoughPairs = 10 // for a ratio without a warning
)

// Pairs are the times of one call of the floor and of the subject, in
// nanoseconds. Floor[i] was measured right beside Subject[i].
type Pairs struct {
	Floor, Subject []float64
}

// Interleave measures floor and subject in turn; each is first in every other
// pair. The floor is measured beside every sample because it has two speeds. If
// a second processor is awake, the floor is nearly twice as fast as otherwise,
// and that changes from one second to the next.
func Interleave(floor, subject Rounds, plan Plan) (Pairs, error) {
	plan = plan.withDefaults()
	begun := time.Now()
	var sides [2]pairs.Side
	for i, r := range []Rounds{floor, subject} {
		calls, err := pairs.Calibrate(r, plan.SampleTime)
		if err != nil {
			return Pairs{}, err
		}
		sides[i] = pairs.Side{Rounds: r, Calls: calls}
	}
	t, err := pairs.Measure(sides[0], sides[1], pairs.Options{
		Pairs:  plan.Samples,
		Enough: func(n int) bool { return n >= leastPairs && time.Since(begun) > plan.Budget },
		Before: runtime.GC, // so that no half pays for the garbage of another
	})
	return Pairs(t), err
}

// Ratio is how many times as long as the floor a subject takes.
type Ratio struct {
	// Median is the median of the pairs' ratios. Lo and Hi are its interval at
	// Confidence, which is 0.95 or more. With too few pairs for that, they are
	// the whole range, and Confidence is that of the range.
	Median, Lo, Hi, Confidence float64
	// N is the number of pairs. P is the probability that floor and subject
	// differ so much by chance (Mann-Whitney).
	N int
	P float64
	// Floor and Subject are the medians of one call, in nanoseconds.
	Floor, Subject float64
	Warnings       []string `json:",omitempty"`
}

// Ratio summarizes the pairs.
func (p Pairs) Ratio() Ratio {
	ratios := make([]float64, len(p.Subject))
	for i := range ratios {
		ratios[i] = p.Subject[i] / p.Floor[i]
	}
	t := &benchmath.DefaultThresholds
	floor, subject := benchmath.NewSample(slices.Clone(p.Floor), t), benchmath.NewSample(slices.Clone(p.Subject), t)
	sum := benchmath.AssumeNothing.Summary(benchmath.NewSample(ratios, t), 0.95)
	r := Ratio{
		Median: sum.Center, Lo: sum.Lo, Hi: sum.Hi, Confidence: sum.Confidence,
		N: len(ratios), P: benchmath.AssumeNothing.Compare(floor, subject).P,
		Floor:   benchmath.AssumeNothing.Summary(floor, 0.95).Center,
		Subject: benchmath.AssumeNothing.Summary(subject, 0.95).Center,
	}
	if r.N < enoughPairs {
		r.Warnings = append(r.Warnings, fmt.Sprintf("got %d pairs within the budget, want %d or more", r.N, enoughPairs))
	}
	if math.IsInf(r.Lo, 0) || math.IsInf(r.Hi, 0) {
		// Too few pairs for 0.95. The median lies in the range unless all
		// samples are on one side of it. NewSample has sorted the ratios.
		r.Lo, r.Hi, r.Confidence = ratios[0], ratios[len(ratios)-1], 1-math.Pow(0.5, float64(r.N-1))
	}
	return r
}

// String is the ratio as benchmarks log it.
func (r Ratio) String() string {
	return fmt.Sprintf("%.2f [%.2f, %.2f] n=%d p=%.3f, %v beside a floor of %v", r.Median, r.Lo, r.Hi, r.N, r.P, time.Duration(r.Subject), time.Duration(r.Floor))
}
