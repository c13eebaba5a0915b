package observe

import (
	"context"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// lead is the time between the start of the cell and the first request. It keeps
// every moment of a request from being zero, which means never.
const lead = time.Millisecond

// described is how many requests an Observation describes in detail: the first
// half of them and the last.
// A defect of chance that shows in one call of two escapes all of them less than
// once in a thousand cells.
const described = 12

// makeRequests makes the requests at their intended times and waits for the callers.
func (c *cell) makeRequests(ctx context.Context) {
	stop := ctx.Done()
	if c.opts.Clock == scenarios.VirtualClock {
		stop = nil // a channel from outside the bubble would stop its clock
	}
	c.counters.open(c.s.Load.Total())
	for i := range c.s.Load.Total() {
		intended := c.intendedStart(i)
		if !wait(stop, time.Until(c.start.Add(intended))) {
			c.warn("stopped after %d of %d requests: %v", i, c.s.Load.Total(), ctx.Err())
			break
		}
		done := c.launch(ctx, i, intended)
		if c.s.Load.Sequential {
			waitFor(done, stop, c.patience())
		}
	}
	if idle := c.counters.launched(&c.mu); !waitFor(idle, stop, c.patience()) {
		c.waitLonger(idle, stop)
	}
}

// patience is how long callers are waited for. An executor that claims no limit may
// have one of its own, down to one agent at a time: on virtual time, where waiting costs
// nothing, it gets the time for that.
func (c *cell) patience() time.Duration {
	u := c.obs.Setup
	if c.opts.Clock == scenarios.VirtualClock && slices.Contains(u.Lacks, int(executor.RespectsLimit)) {
		u.Limit = 1
		return max(c.s.Patience(), 2*(u.Span()+u.Grace))
	}
	return c.s.Patience()
}

// intendedStart is when request i should start, since the start of the cell.
func (c *cell) intendedStart(i int) time.Duration {
	at := lead + time.Duration(i)*c.s.Load.Every
	if c.s.Load.Sequential {
		return max(at, time.Since(c.start))
	}
	return at
}

// wait sleeps for d; false when stop came first.
func wait(stop <-chan struct{}, d time.Duration) bool {
	if d <= 0 {
		select {
		case <-stop:
			return false
		default:
			return true
		}
	}
	return !waitFor(stop, nil, d)
}

// waitFor waits for done or stop, for at most d; true when done came.
func waitFor(done, stop <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-stop:
		return false
	case <-timer.C:
		return false
	}
}

// launch starts the caller of request i. In a sequential load it returns a
// channel that is closed when the caller ends.
func (c *cell) launch(ctx context.Context, i int, intended time.Duration) <-chan struct{} {
	r := request{index: i, intended: intended}
	if c.s.Load.Sequential {
		r.done = make(chan struct{})
	}
	c.mu.Lock()
	c.counters.start(intended)
	if n := c.s.Load.Total(); i < described/2 || i >= n-described/2 {
		r.detail = &scenarios.Call{Index: i, Intended: intended, Started: intended}
		c.requests = append(c.requests, &r)
	}
	c.mu.Unlock()
	go c.call(ctx, &r)
	return r.done
}

// closeRecords ends the observation of the requests: callers that have not
// returned by now are blocked.
func (c *cell) closeRecords() {
	now := time.Since(c.start)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counters.close(now, c.s.Bound)
	for _, r := range c.requests {
		if !r.detail.Returned {
			c.closeRequest(r, now)
		}
		c.obs.Calls = append(c.obs.Calls, *r.detail)
	}
	c.obs.Totals, c.obs.Times = c.counters.totals, c.counters.times
	counts := c.runner.Counts()
	c.obs.Totals.AgentsStarted, c.obs.Totals.AgentsRunning, c.obs.Totals.PeakAll = counts.Started, counts.Running, counts.Peak
	for _, r := range c.requests {
		c.obs.Totals.Peak = max(c.obs.Totals.Peak, c.runner.PeakOf(nameOf(r.index)))
	}
}

// closeRequest completes the description of a request that has not returned.
// c.mu is held.
func (c *cell) closeRequest(r *request, now time.Duration) {
	r.detail.Ended = now
	if r.caller != nil {
		r.detail.CancelledAt = r.caller.doneAt(now)
	}
	if r.consumer != nil {
		r.detail.Stream = r.consumer.glimpse()
	}
	r.complete = true
	runs := c.runner.Runs(nameOf(r.index))
	c.describeAgents(r.detail, runs)
	c.describeContexts(r.detail, runs)
}

// atRelease keeps a function that release calls.
func (c *cell) atRelease(end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ends = append(c.ends, end)
}

// release ends what was kept until then, releases the mocks and waits for the callers that were blocked behind them.
func (c *cell) release() {
	c.mu.Lock()
	ends := c.ends
	c.mu.Unlock()
	for _, end := range ends {
		end()
	}
	c.runner.Release()
	if !c.s.Forever() {
		waitFor(c.counters.idle, nil, releaseTime)
	}
	if c.wire != nil {
		c.wire.Close()
	}
}

// releaseTime is how long callers are given to return after the release. It is
// long, since only callers that are stuck for good use it up.
const releaseTime = 2 * time.Second
