package bench

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"golang.org/x/perf/benchmath"
)

// Plan says how long a comparison measures.
type Plan struct {
	// Samples is how many pairs are wanted. Zero means 20; with fewer than 10
	// the ratio carries a warning.
	Samples int
	// SampleTime is how long each half of a pair takes at least, by repeating
	// the call. Zero means 10 ms.
	SampleTime time.Duration
	// Budget, calibration included, ends the measuring after three pairs,
	// however many are wanted.
	// Zero means 12 s.
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
	leastPairs  = 3  // are measured whatever the budget says
	enoughPairs = 10 // for a ratio without a warning
)

// Pairs are the times of one call of the floor and of the subject, in
// nanoseconds, measured in turn: Floor[i] was taken right beside Subject[i].
type Pairs struct {
	Floor, Subject []float64
}

// Interleave measures floor and subject in turn, each first in every other
// pair. The floor is measured beside every sample because it is bistable: with
// a second processor awake it is nearly twice as fast as without, and which of
// the two it is changes by the second.
func Interleave(floor, subject Rounds, plan Plan) (Pairs, error) {
	plan = plan.withDefaults()
	var p Pairs
	begun := time.Now()
	floorCalls, err := calibrate(floor, plan.SampleTime)
	if err != nil {
		return p, err
	}
	subjectCalls, err := calibrate(subject, plan.SampleTime)
	if err != nil {
		return p, err
	}
	for i := range plan.Samples {
		if i >= leastPairs && time.Since(begun) > plan.Budget {
			break
		}
		first, second := sample{floor, floorCalls, &p.Floor}, sample{subject, subjectCalls, &p.Subject}
		if i%2 == 1 {
			first, second = second, first
		}
		if err := errors.Join(first.take(), second.take()); err != nil {
			return p, err
		}
	}
	return p, nil
}

// calibrate finds out how many calls take at least d, and warms up by it.
func calibrate(r Rounds, d time.Duration) (calls int, err error) {
	for calls = 1; ; calls *= 2 {
		took, err := r(calls)
		if err != nil || took >= d {
			return calls, err
		}
	}
}

type sample struct {
	rounds Rounds
	calls  int
	into   *[]float64
}

// take measures one sample after a collection, so that neither half of a pair
// pays for the other's garbage.
func (s sample) take() error {
	runtime.GC()
	took, err := s.rounds(s.calls)
	*s.into = append(*s.into, float64(took)/float64(s.calls))
	return err
}

// Ratio is how many times as long as the floor a subject takes.
type Ratio struct {
	// Median is of the pairs' ratios; Lo and Hi are its interval at Confidence:
	// at least 0.95, or the whole range and what that is worth.
	Median, Lo, Hi, Confidence float64
	// N is the number of pairs, P the probability that floor and subject differ
	// as much by chance (Mann-Whitney).
	N int
	P float64
	// Floor and Subject are the medians of one call, in nanoseconds.
	Floor, Subject float64
	Warnings       []string `json:",omitempty"`
}

// Ratio sums the pairs up.
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
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d pairs, want %d or more: the budget was over", r.N, enoughPairs))
	}
	if math.IsInf(r.Lo, 0) || math.IsInf(r.Hi, 0) {
		// Too few for 0.95. The median lies in the range unless all samples
		// fell on one side of it.
		r.Lo, r.Hi, r.Confidence = ratios[0], ratios[len(ratios)-1], 1-math.Pow(0.5, float64(r.N-1))
	}
	return r
}

// String is the ratio as benchmarks log it.
func (r Ratio) String() string {
	return fmt.Sprintf("%.2f [%.2f, %.2f] n=%d p=%.3f, %v beside a floor of %v", r.Median, r.Lo, r.Hi, r.N, r.P, time.Duration(r.Subject), time.Duration(r.Floor))
}
