package bench

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/watertight-go/watertight/executor"
)

// Overshoot is how late callers came back past their bound.
type Overshoot struct {
	// P50, P99 and Max are over all requests; a caller is never early.
	P50, P99, Max time.Duration
	Requests      int
	// Timer is the same of as many goroutines that only slept as long, right
	// before: what the machine alone makes late.
	TimerP50, TimerP99, TimerMax time.Duration
}

// overshootTimeout and overshootGrace are the bound of a call: 60 ms.
const (
	overshootTimeout = 50 * time.Millisecond
	overshootGrace   = 10 * time.Millisecond
)

// MeasureOvershoot makes so many requests at once, of five agents each that
// ignore their context, and again for a number of rounds. It says how long
// after AgentTimeout + Grace (60 ms) the reference's callers came back.
func MeasureOvershoot(requests, rounds int) (Overshoot, error) {
	timers, callers := newLateness(), newLateness()
	for range rounds {
		timers.atOnce(requests, func() { time.Sleep(overshootTimeout + overshootGrace) })
		if err := overshootRound(requests, callers); err != nil {
			return Overshoot{}, err
		}
	}
	o := Overshoot{Requests: requests * rounds}
	o.P50, o.P99, o.Max = callers.percentiles()
	o.TimerP50, o.TimerP99, o.TimerMax = timers.percentiles()
	return o, nil
}

func overshootRound(requests int, l *lateness) error {
	c, agents := newCrowd(5)
	c.missing.Store(math.MaxInt64) // nobody waits for them to be there
	r, err := executor.New(executor.Config{
		Runner: ignoring{c}, AgentTimeout: overshootTimeout, Grace: overshootGrace,
		MaxStuck: math.MaxInt, MaxStuckTotal: math.MaxInt, // every call is to be abandoned, none refused
	})
	if err != nil {
		return err
	}
	var answered atomic.Int64 // an agent that never got to run in time is no answer
	l.atOnce(requests, func() {
		if got, err := r.ExecuteParallel(context.Background(), "q", agents); err == nil || len(got) > 0 {
			answered.Add(1)
		}
	})
	close(c.release)
	for r.Stats().Abandoned > 0 {
		runtime.Gosched()
	}
	if n := answered.Load(); n > 0 {
		return fmt.Errorf("bench: overshoot: %d of %d calls came back with answers, want none", n, requests)
	}
	return nil
}

// lateness collects how long past the bound something came, in microseconds.
type lateness struct {
	mu sync.Mutex
	h  *hdrhistogram.Histogram
}

func newLateness() *lateness {
	return &lateness{h: hdrhistogram.New(1, time.Minute.Microseconds(), 3)}
}

// atOnce runs f so many times at once, each from its own start.
func (l *lateness) atOnce(n int, f func()) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range n {
		wg.Go(func() {
			<-start
			begun := time.Now()
			f()
			late := time.Since(begun) - overshootTimeout - overshootGrace
			l.mu.Lock()
			defer l.mu.Unlock()
			_ = l.h.RecordValue(min(max(late.Microseconds(), 0), l.h.HighestTrackableValue()))
		})
	}
	close(start)
	wg.Wait()
}

func (l *lateness) percentiles() (p50, p99, most time.Duration) {
	us := func(v int64) time.Duration { return time.Duration(v) * time.Microsecond }
	return us(l.h.ValueAtQuantile(50)), us(l.h.ValueAtQuantile(99)), us(l.h.Max())
}
