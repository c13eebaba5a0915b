package observe

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/internal/bubble"
)

// ErrStalled is the error for a cell that could not be observed on virtual time:
// something in it blocks in a way that stops the clock of the bubble.
var ErrStalled = errors.New("virtual time makes no progress")

// InBubble is Run on virtual time: in a testing/synctest bubble of its own, in
// which the executor is built too. A bubble that cannot end, because the executor
// left goroutines in it, is given up, and the goroutines stay in the process: the
// Observation reports them, and has a warning. Where the race detector reports
// something in the bubble, t fails, and the Observation is returned all the same.
func InBubble(t *testing.T, s scenarios.Scenario, spec executor.Spec, opts Options) (scenarios.Observation, error) {
	out := <-startBubble(t, s, spec, opts, nil)
	return out.o, out.err
}

// InBubbleOrStall is InBubble, and returns ErrStalled when virtual time makes no
// progress for the real time stall: where the executor waits for a mutex or a
// network, which is not a durable wait, the clock of the bubble never moves again.
// The goroutines of the bubble stay in the process then.
func InBubbleOrStall(t *testing.T, s scenarios.Scenario, spec executor.Spec, opts Options, stall time.Duration) (scenarios.Observation, error) {
	var heartbeat atomic.Int64
	ended := startBubble(t, s, spec, opts, &heartbeat)
	ticker := time.NewTicker(stall / 8)
	defer ticker.Stop()
	last, since := int64(-1), time.Now()
	for {
		select {
		case out := <-ended:
			return out.o, out.err
		case <-ticker.C:
		}
		if n := heartbeat.Load(); n != last {
			last, since = n, time.Now()
		} else if time.Since(since) >= stall {
			return scenarios.Observation{}, fmt.Errorf("observe: %s in %s: %w for %v", spec.Name, s.Name, ErrStalled, stall)
		}
	}
}

// outcome is what a run inside a bubble returned.
type outcome struct {
	o        scenarios.Observation
	err      error
	returned bool
}

// startBubble runs the bubble on a goroutine of its own: package testing ends
// the goroutine that waits for a bubble in which a race was reported.
func startBubble(t *testing.T, s scenarios.Scenario, spec executor.Spec, opts Options, heartbeat *atomic.Int64) <-chan outcome {
	var built int
	opts.Clock = scenarios.VirtualClock
	ended := make(chan outcome, 1)
	go func() {
		var out outcome
		defer func() {
			out.addEnd(recover(), spec.Name+" in "+s.Name, built)
			ended <- out
		}()
		synctest.Test(t, func(*testing.T) {
			out.o, out.err = run(context.Background(), s, spec, opts, hooks{heartbeat: heartbeat, built: &built})
			out.returned = true
		})
	}()
	return ended
}

// addEnd adds to the outcome how the bubble ended: v is what package synctest
// panicked with, nil where it did not, and built the number of goroutines that
// building the executor started.
func (out *outcome) addEnd(v any, name string, built int) {
	switch {
	case !out.returned:
		out.err = fmt.Errorf("observe: %s: %w: %v", name, ErrStalled, v)
	case v != nil && built > 0:
		out.o.Warnings = append(out.o.Warnings, bubble.LeftByBuild(v))
	case v != nil:
		out.o.Warnings = append(out.o.Warnings, bubble.Left(v))
	}
}
