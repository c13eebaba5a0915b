package observe

import (
	"math"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/watertight-go/watertight/scenarios"
)

// The witnesses of lateness. Each alone misses some of it: a timer may fire on
// time on one thread while the system has suspended another.
const (
	// controlEvery is the time between two observations of a witness.
	controlEvery = 5 * time.Millisecond
	// timers is how many control timers there are. They are due one after another,
	// so that at any moment one is due soon.
	timers = 4
	// schedLatencies is the runtime's histogram of how long goroutines waited for a
	// processor once they could run. The runtime measures one transition in eight.
	schedLatencies = "/sched/latencies:seconds"
)

// withControl runs f beside the witnesses and returns the longest delay that one
// of them saw: control timers at different phases, messages from one goroutine to
// another, and the runtime's own histogram. On virtual time timers fire exactly.
func (c *cell) withControl(f func()) time.Duration {
	if c.opts.Clock == scenarios.VirtualClock {
		f()
		return 0
	}
	w := &c.witnesses
	w.before = readLatencies()
	run := w.besideMessages(f)
	for i := range timers {
		run = w.besideTimer(controlEvery*time.Duration(i+1)/timers, run)
	}
	run()
	return w.longest()
}

// witnesses collect the longest delay.
type witnesses struct {
	before *metrics.Float64Histogram // when they began

	mu     sync.Mutex
	latest time.Duration
}

// longest is the longest delay so far; zero on virtual time.
func (w *witnesses) longest() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(w.latest, longestSince(w.before, readLatencies()))
}

func (w *witnesses) note(late time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.latest = max(w.latest, late)
}

// besideTimer returns a function that runs f beside a control timer. The timer is
// due after first, and then about every controlEvery.
func (w *witnesses) besideTimer(first time.Duration, f func()) func() {
	return func() {
		besideFrom(first, controlEvery, f, func(due time.Time) { w.note(time.Since(due)) })
	}
}

// besideMessages returns a function that runs f beside two goroutines. One sends
// the other a message about every controlEvery, and the other notes how long it
// was under way.
func (w *witnesses) besideMessages(f func()) func() {
	return func() {
		messages, ended := make(chan time.Time), make(chan struct{})
		go func() {
			defer close(ended)
			for sent := range messages {
				w.note(time.Since(sent))
			}
		}()
		beside(controlEvery, f, func(time.Time) { messages <- time.Now() })
		close(messages)
		<-ended
	}
}

// readLatencies is the histogram so far; nil where this Go has none.
func readLatencies() *metrics.Float64Histogram {
	read := []metrics.Sample{{Name: schedLatencies}}
	metrics.Read(read)
	if read[0].Value.Kind() != metrics.KindFloat64Histogram {
		return nil
	}
	return read[0].Value.Float64Histogram()
}

// longestSince is the longest wait that came to the histogram in between: the lower
// bound of its bucket, which is at most an eighth too short.
func longestSince(before, after *metrics.Float64Histogram) time.Duration {
	if before == nil || after == nil || len(before.Counts) != len(after.Counts) {
		return 0
	}
	for i := len(after.Counts) - 1; i >= 0; i-- {
		if after.Counts[i] > before.Counts[i] && !math.IsInf(after.Buckets[i], 0) {
			return time.Duration(after.Buckets[i] * float64(time.Second))
		}
	}
	return 0
}

const (
	// beyondDoubt is how many times longer than the longest delay a caller must wait
	// until the delay cannot be the cause. Package judge has the same factor.
	beyondDoubt = 4
	// mostPatience bounds the wait for that.
	mostPatience = 5 * time.Second
)

// waitLonger waits for callers that still wait after their patience, until what the
// machine was late by cannot be the cause.
func (c *cell) waitLonger(idle, stop <-chan struct{}) {
	for waited := c.patience() - c.s.Bound(c.s.Load.Total()-1); ; {
		more := min(beyondDoubt*c.witnesses.longest(), mostPatience) - waited
		if more <= 0 || waitFor(idle, stop, more) {
			return
		}
		waited += more
	}
}
