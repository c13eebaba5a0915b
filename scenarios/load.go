package scenarios

import (
	"context"
	"time"
)

// lead is the time between the start of the cell and the first request: at
// least it must be there, so that no moment of a request is the zero that
// means never.
const lead = time.Millisecond

// drive makes the requests at their intended times and waits for the callers.
func (c *cell) drive(ctx context.Context) {
	stop := ctx.Done()
	if c.opts.Clock == VirtualClock {
		stop = nil // a channel from outside would keep the bubble's clock from moving
	}
	c.tally.open(c.s.Load.Total())
	for i := range c.s.Load.Total() {
		intended := lead + time.Duration(i)*c.s.Load.Every
		if c.s.Load.Sequential {
			intended = max(intended, time.Since(c.start))
		}
		if !wait(stop, time.Until(c.start.Add(intended))) {
			c.warn("stopped after %d of %d requests: %v", i, c.s.Load.Total(), ctx.Err())
			break
		}
		done := c.launch(ctx, i, intended)
		if c.s.Load.Sequential {
			waitFor(done, stop, c.s.patience())
		}
	}
	waitFor(c.tally.launched(&c.mu), stop, c.s.patience())
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

// launch starts the caller of request i and returns what is closed at its end,
// for sequential loads.
func (c *cell) launch(ctx context.Context, i int, intended time.Duration) <-chan struct{} {
	r := request{index: i, intended: intended}
	if c.s.Load.Sequential {
		r.done = make(chan struct{})
	}
	c.mu.Lock()
	c.tally.start(i, intended)
	if n := c.s.Load.Total(); i < MaxCalls/2 || i >= n-MaxCalls/2 {
		r.detail = &Call{Index: i, Intended: intended, Started: intended}
		c.requests = append(c.requests, &r)
	}
	c.mu.Unlock()
	go c.call(ctx, &r)
	return r.done
}

// closeBooks ends the watching: callers that have not returned are blocked.
func (c *cell) closeBooks() {
	now := time.Since(c.start)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tally.close(now, c.s.Bound())
	for _, r := range c.requests {
		if !r.detail.Returned {
			r.detail.Ended = now
			if r.caller != nil {
				r.detail.CancelledAt = r.caller.doneAt(now)
			}
			r.watched = true
			c.describeAgents(r.detail, c.crew.Runs(inputOf(r.index)))
		}
		c.obs.Calls = append(c.obs.Calls, *r.detail)
	}
	c.obs.Totals, c.obs.Times = c.tally.totals, c.tally.times
	counts := c.crew.Counts()
	c.obs.Totals.AgentsStarted, c.obs.Totals.AgentsRunning, c.obs.Totals.PeakAll = counts.Started, counts.Running, counts.Peak
	for _, r := range c.requests {
		c.obs.Totals.Peak = max(c.obs.Totals.Peak, c.crew.PeakOf(inputOf(r.index)))
	}
}

// release opens the agents' valves and waits for the callers that this lets go.
func (c *cell) release() {
	c.crew.Release()
	if !c.s.Forever() {
		waitFor(c.tally.idle, nil, releaseTime)
	}
	if c.wire != nil {
		c.wire.Close()
	}
}

// releaseTime is how long callers are given to return once nothing holds them
// any more: long, since it is only used up where they are truly stuck.
const releaseTime = 2 * time.Second
