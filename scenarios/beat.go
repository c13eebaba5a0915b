package scenarios

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// ObserveOrStall is ObserveIn that gives up, with ErrStalled, when virtual time
// stands still for the real time stall: where the executor waits in a way that
// is not durable, for a mutex or a network, the bubble's clock never moves
// again. The bubble's goroutines are then left behind for good, so what comes
// after in this process starts with them.
func ObserveOrStall(t *testing.T, s Scenario, spec executor.Spec, opts Options, stall time.Duration) (Observation, error) {
	var beats atomic.Int64
	opts.beats = &beats
	ended := observeIn(t, s, spec, opts)
	ticker := time.NewTicker(stall / 8)
	defer ticker.Stop()
	last, since := int64(-1), time.Now()
	for {
		select {
		case out := <-ended:
			return out.o, out.err
		case <-ticker.C:
		}
		if n := beats.Load(); n != last {
			last, since = n, time.Now()
		} else if time.Since(since) >= stall {
			return Observation{}, fmt.Errorf("scenarios: observe %s in %s: %w for %v", spec.Name, s.Name, ErrStalled, stall)
		}
	}
}

// withBeats runs f, and beats meanwhile as time goes on.
func (c *cell) withBeats(f func()) {
	if c.opts.beats == nil {
		f()
		return
	}
	beside(c.s.Bound()/4+time.Millisecond, f, func(time.Time) { c.opts.beats.Add(1) })
}
