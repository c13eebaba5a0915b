package load

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// ending is how a request ended. One of its fields is set.
type ending struct {
	// status is that of a whole answer, failure says in words why there was none.
	status, failure string
	// own is why the client itself ended it: errGaveUp or errLeft.
	own error
}

func answered(status string) ending { return ending{status: status} }
func failed(why string) ending      { return ending{failure: why} }

// cutOff is why a request failed that the end of the load ended.
const cutOff = "cut off by the end of the load"

// broken is the ending of a request without a whole answer: by the client where it no
// longer waits, else by what went wrong.
func broken(ctx context.Context, why string) ending {
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, errGaveUp), errors.Is(cause, errLeft):
		return ending{own: cause}
	case cause != nil:
		return failed(cutOff)
	}
	return failed(why)
}

// The values that a histogram can hold; longer times count as the longest.
const (
	shortest = time.Microsecond
	longest  = time.Hour
	digits   = 3
)

// counts are what one kind of client saw.
type counts struct {
	mu        *sync.Mutex
	seen      ClientResult
	latencies *hdrhistogram.Histogram
}

func newCounts() counts {
	return counts{
		mu:        new(sync.Mutex),
		seen:      ClientResult{Status: map[string]int{}, Failed: map[string]int{}},
		latencies: hdrhistogram.New(int64(shortest), int64(longest), digits),
	}
}

// note counts a request that ended so long after its intended start.
func (c *counts) note(e ending, latency time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen.Sent++
	switch {
	case e.failure != "":
		c.fail(e.failure)
	case errors.Is(e.own, errLeft):
		c.seen.Left++
	case errors.Is(e.own, errGaveUp):
		c.seen.GaveUp++
		c.seen.Latency.Bounded++
		c.time(latency)
	default:
		c.seen.Answered++
		c.seen.Status[e.status]++
		c.time(latency)
	}
}

// mostFailures is how many kinds of failures are told apart.
const (
	mostFailures = 30
	moreFailures = "other errors"
)

func (c *counts) fail(why string) {
	if _, known := c.seen.Failed[why]; !known && len(c.seen.Failed) >= mostFailures {
		why = moreFailures
	}
	c.seen.Failed[why]++
}

func (c *counts) time(latency time.Duration) {
	c.seen.Latency.Max = max(c.seen.Latency.Max, latency)
	_ = c.latencies.RecordValue(int64(min(max(latency, 0), longest))) // it is within the bounds
}

// result has the percentiles. Nothing is counted any more.
func (c *counts) result(name string) ClientResult {
	c.mu.Lock()
	defer c.mu.Unlock()
	out, l := c.seen, &c.seen.Latency
	at := func(percentile float64) time.Duration {
		return min(time.Duration(c.latencies.ValueAtPercentile(percentile)), l.Max)
	}
	out.Client = name
	out.Latency = Latency{
		Count: c.latencies.TotalCount(), Bounded: l.Bounded, Max: l.Max,
		P50: at(50), P90: at(90), P95: at(95), P99: at(99), P999: at(99.9),
	}
	return out
}
