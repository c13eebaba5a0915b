package growth

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// Steps are rounds that the caller runs, each after a call of Next.
type Steps struct {
	run *run
	// before is the number of goroutines when the round began.
	before int
}

// Begin takes the baseline. End must be called.
func Begin(c Config) *Steps {
	s := &Steps{run: newRun(c)}
	s.run.begin()
	return s
}

// End stops what was begun.
func (s *Steps) End() { s.run.end() }

// Next measures the round that has just ended, and begins another. Where none is needed
// it returns the result instead. The error says that nothing could be judged, or that ctx is done.
func (s *Steps) Next(ctx context.Context) (*Result, error) {
	r := s.run
	if r.ran > 0 {
		r.roundEnded = time.Now()
		if err := r.measure(s.before); err != nil {
			return nil, err
		}
	}
	for r.decided() || r.late() {
		result, err := r.conclude(ctx)
		// What is left unsure after the usual rounds gets all of them once.
		if err != nil || result.Verdict != Unknown || r.enough == r.plan.Max || r.late() || ctx.Err() != nil {
			return &result, err
		}
		r.enough = r.plan.Max
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("leak: rounds: after %d rounds: %w", r.ran, context.Cause(ctx))
	}
	s.before = runtime.NumGoroutine()
	r.ran++
	r.counts.ran = r.ran
	return nil, nil
}
