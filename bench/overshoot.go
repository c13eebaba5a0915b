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

// Overshoot is how long after their bound calls returned.
type Overshoot struct {
	// P50, P99 and Max are over all requests. None is below zero.
	P50, P99, Max time.Duration
	Requests      int
	// TimerP50, TimerP99 and TimerMax are the same of as many goroutines that
	// only slept for the same time, right before. They show what the machine
	// alone adds.
	TimerP50, TimerP99, TimerMax time.Duration
}

// overshootTimeout and overshootGrace make the bound of a call: 60 ms.
const (
	overshootTimeout = 50 * time.Millisecond
	overshootGrace   = 10 * time.Millisecond
)

// MeasureOvershoot makes so many requests at once, for a number of rounds. Each
// request has five agents that ignore their context. The result says how long
// after AgentTimeout + Grace (60 ms) the calls of the reference returned.
func MeasureOvershoot(requests, rounds int) (Overshoot, error) {
	timers, calls := newLateness(), newLateness()
	for range rounds {
		timers.measure(requests, func() { time.Sleep(overshootTimeout + overshootGrace) })
		if err := overshootRound(requests, calls); err != nil {
			return Overshoot{}, err
		}
	}
	o := Overshoot{Requests: requests * rounds}
	o.P50, o.P99, o.Max = calls.percentiles()
	o.TimerP50, o.TimerP99, o.TimerMax = timers.percentiles()
	return o, nil
}

func overshootRound(requests int, l *lateness) error {
	w, agents := newWaiting(5)
	w.missing.Store(math.MaxInt64) // allStarted is not used
	r, err := executor.New(executor.Config{
		Runner: ignoring{w}, AgentTimeout: overshootTimeout, Grace: overshootGrace,
		MaxStuck: math.MaxInt, MaxStuckTotal: math.MaxInt, // abandon every call, refuse none
	})
	if err != nil {
		return err
	}
	var answered atomic.Int64
	l.measure(requests, func() {
		if got, err := r.ExecuteParallel(context.Background(), "q", agents); err == nil || len(got) > 0 {
			answered.Add(1)
		}
	})
	close(w.release)
	for r.Stats().Abandoned > 0 {
		runtime.Gosched()
	}
	if n := answered.Load(); n > 0 {
		return fmt.Errorf("bench: overshoot: %d of %d calls returned answers, want none", n, requests)
	}
	return nil
}

// lateness collects by how many microseconds functions returned after the bound.
type lateness struct {
	mu sync.Mutex
	h  *hdrhistogram.Histogram
}

func newLateness() *lateness {
	return &lateness{h: hdrhistogram.New(1, time.Minute.Microseconds(), 3)}
}

// measure runs f n times at once. The time of each starts when its goroutine does.
func (l *lateness) measure(n int, f func()) {
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
