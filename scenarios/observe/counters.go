package observe

import (
	"math"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/watertight-go/watertight/internal/thin"
	"github.com/watertight-go/watertight/scenarios"
)

// counters count the requests of a cell. Their memory grows with the number of
// requests, not with what these return. Methods are called under the cell's lock.
type counters struct {
	totals scenarios.Totals
	// intended are the intended starts of the requests, took their latencies;
	// pending for a request that has not returned.
	intended, took []time.Duration
	waiting        int
	launchedAll    bool
	closed         bool // the observation is over
	// idle is closed once all requests have been launched and have returned.
	idle    chan struct{}
	latency *hdrhistogram.Histogram
	slowest time.Duration // exact, where the histogram rounds up
	// times are set by close.
	times []scenarios.RequestTime
}

const (
	// pending is the latency of a request that has not returned.
	pending = time.Duration(math.MinInt64)
	// longest is the longest latency that the histogram can hold.
	longest = 48 * time.Hour
	// keptTimes is how many requests Observation.Times holds at most.
	keptTimes = 120
)

func (k *counters) open(requests int) {
	k.intended, k.took = make([]time.Duration, 0, requests), make([]time.Duration, 0, requests)
	k.idle = make(chan struct{})
	k.latency = hdrhistogram.New(1, longest.Microseconds(), 3)
	k.totals.Overshoot = -longest
}

func (k *counters) start(intended time.Duration) {
	k.intended, k.took = append(k.intended, intended), append(k.took, pending)
	k.waiting++
	k.totals.Requests++
}

// launched records that no further request will start. The channel is closed
// once all have returned.
func (k *counters) launched(mu *sync.Mutex) <-chan struct{} {
	mu.Lock()
	defer mu.Unlock()
	k.launchedAll = true
	k.closeIfIdle()
	return k.idle
}

func (k *counters) closeIfIdle() {
	if k.launchedAll && k.waiting == 0 {
		close(k.idle)
	}
}

// ended is a call that has returned.
type ended struct {
	request int
	// at is when; overshoot how long after the bound of clause 1.
	at, overshoot time.Duration
	results       int
	failed        bool
}

func (k *counters) end(e ended) {
	k.waiting--
	if !k.closed {
		k.took[e.request] = e.at - k.intended[e.request]
		k.record(k.took[e.request])
		k.totals.Returned++
		k.totals.Overshoot = max(k.totals.Overshoot, e.overshoot)
		if e.results > 0 {
			k.totals.WithResults++
		}
		if e.failed {
			k.totals.WithError++
		}
	}
	k.closeIfIdle()
}

// close ends the observation and counts the callers that are still waiting. bound
// is the bound of clause 1 for a request.
func (k *counters) close(now time.Duration, bound func(request int) time.Duration) {
	k.closed = true
	k.totals.Watched = now
	for i, intended := range k.intended {
		if k.took[i] == pending {
			k.totals.Blocked++
			k.record(now - intended)
			k.totals.Overshoot = max(k.totals.Overshoot, now-intended-bound(i))
		}
	}
	if k.totals.Requests == 0 {
		k.totals.Overshoot = 0
	}
	k.totals.Latency = k.distribution()
	k.times = k.requestTimes(now)
	k.latency, k.intended, k.took = nil, nil, nil
}

// distribution is that of all latencies. Max is exact, and bounds the others,
// which the histogram rounds up.
func (k *counters) distribution() scenarios.Latency {
	h := k.latency
	at := func(percent float64) time.Duration {
		return min(time.Duration(h.ValueAtQuantile(percent))*time.Microsecond, k.slowest)
	}
	return scenarios.Latency{
		N:   int(h.TotalCount()),
		P50: at(50), P90: at(90), P99: at(99), Max: k.slowest,
		Mean: min(time.Duration(h.Mean()*float64(time.Microsecond)), k.slowest),
	}
}

// requestTimes are at most keptTimes requests, evenly chosen; none where so few
// were made that each is described in full.
func (k *counters) requestTimes(now time.Duration) []scenarios.RequestTime {
	if len(k.intended) <= described {
		return nil
	}
	var times []scenarios.RequestTime
	for _, i := range thin.Indexes(len(k.intended), keptTimes) {
		r := scenarios.RequestTime{Index: i, At: k.intended[i], Took: k.took[i], Returned: true}
		if r.Took == pending {
			r.Took, r.Returned = now-r.At, false
		}
		times = append(times, r)
	}
	return times
}

func (k *counters) record(d time.Duration) {
	k.slowest = max(k.slowest, d)
	k.latency.RecordValue(min(max(d, 0), longest).Microseconds()) // in range, so without error
}
