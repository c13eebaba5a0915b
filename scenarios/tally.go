package scenarios

import (
	"math"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// tally counts the requests of a cell in memory that does not grow with what
// they return. Its methods are called under the cell's lock.
type tally struct {
	totals Totals
	// intended are the requests' intended starts, took their latencies; waits
	// for one that is not over.
	intended, took []time.Duration
	waiting        int
	whole          bool // all requests have been launched
	closed         bool // watching is over
	// idle is closed once all requests have been launched and are over.
	idle    chan struct{}
	latency *hdrhistogram.Histogram
	slowest time.Duration // exact, where the histogram rounds up
	// times are set when watching ends.
	times []RequestTime
}

// waits marks a request in took that is not over.
const waits = time.Duration(math.MinInt64)

// longest is the longest latency that the histogram tells apart.
const longest = 48 * time.Hour

func (t *tally) open(requests int) {
	t.intended, t.took = make([]time.Duration, 0, requests), make([]time.Duration, 0, requests)
	t.idle = make(chan struct{})
	t.latency = hdrhistogram.New(1, longest.Microseconds(), 3)
	t.totals.Overshoot = -longest
}

func (t *tally) start(i int, intended time.Duration) {
	t.intended, t.took = append(t.intended, intended), append(t.took, waits)
	t.waiting++
	t.totals.Requests++
}

// launched says that no further request will start.
func (t *tally) launched(mu *sync.Mutex) <-chan struct{} {
	mu.Lock()
	defer mu.Unlock()
	t.whole = true
	t.settle()
	return t.idle
}

func (t *tally) settle() {
	if t.whole && t.waiting == 0 {
		close(t.idle)
	}
}

// end books a call that came back.
func (t *tally) end(i int, at, overshoot time.Duration, results bool, failed bool) {
	t.waiting--
	if !t.closed {
		t.took[i] = at - t.intended[i]
		t.record(t.took[i])
		t.totals.Returned++
		t.totals.Overshoot = max(t.totals.Overshoot, overshoot)
		if results {
			t.totals.WithResults++
		}
		if failed {
			t.totals.WithError++
		}
	}
	t.settle()
}

// close books the callers that are still waiting.
func (t *tally) close(now, bound time.Duration) {
	t.closed = true
	t.totals.Watched = now
	for i, intended := range t.intended {
		if t.took[i] == waits {
			t.totals.Blocked++
			t.record(now - intended)
			t.totals.Overshoot = max(t.totals.Overshoot, now-intended-bound)
		}
	}
	if t.totals.Requests == 0 {
		t.totals.Overshoot = 0
	}
	h := t.latency
	at := func(percent float64) time.Duration {
		return min(time.Duration(h.ValueAtQuantile(percent))*time.Microsecond, t.slowest)
	}
	t.totals.Latency = Latency{
		N:   int(h.TotalCount()),
		P50: at(50), P90: at(90), P99: at(99), Max: t.slowest,
		Mean: min(time.Duration(h.Mean()*float64(time.Microsecond)), t.slowest),
	}
	t.times = t.chosen(now)
	t.latency, t.intended, t.took = nil, nil, nil
}

// chosen are MaxTimes requests, evenly chosen, the first and the last among
// them; none where there are so few that each is described in full.
func (t *tally) chosen(now time.Duration) (times []RequestTime) {
	n := len(t.intended)
	if n <= MaxCalls {
		return nil
	}
	for k := range min(n, MaxTimes) {
		i := k
		if n > MaxTimes {
			i = k * (n - 1) / (MaxTimes - 1)
		}
		r := RequestTime{Index: i, At: t.intended[i], Took: t.took[i], Returned: true}
		if r.Took == waits {
			r.Took, r.Returned = now-r.At, false
		}
		times = append(times, r)
	}
	return times
}

func (t *tally) record(d time.Duration) {
	t.slowest = max(t.slowest, d)
	t.latency.RecordValue(min(max(d, 0), longest).Microseconds()) // in range, so without error
}
