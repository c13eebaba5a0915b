package executor

import (
	"context"
	"math"
	"sync/atomic"
	"time"
)

// queue runs a call whose agents are more than Config.Limit. The caller's
// goroutine is the dispatcher: it starts an agent when a place is free, and
// takes the place from one that has outlived its time and Grace.
type queue struct {
	c *call
	// busy counts the places taken.
	busy atomic.Int64
	// until is when the last agent's time must be over for the call to keep
	// its bound: AgentTimeout x ceil(agents/Limit) after the start.
	until time.Duration
	// starts are when each agent was started, since the call's start.
	starts []time.Duration
	// started are the indexes of running agents in the order of their starts,
	// and so of the ends of their times.
	started []int
}

// runLimited is runAll for a call with fewer places than agents. Agents that
// ignore their context hold their places Grace longer than their time; so that
// the call keeps its bound all the same, the last ones' time is cut short.
func (c *call) runLimited(parent context.Context) {
	cfg := c.r.cfg
	waves := (len(c.slots) + cfg.Limit - 1) / cfg.Limit
	q := &queue{c: c, until: saturatedMul(cfg.AgentTimeout, waves), starts: make([]time.Duration, len(c.slots))}
	c.queue = q
	wake := c.listen()
	c.startContext(parent, q.until)
	c.check()
	timer := time.NewTimer(cfg.AgentTimeout + cfg.Grace)
	defer timer.Stop()
	next := 0
	for c.left.Load() > 0 && c.ctx.Err() == nil {
		next = q.fill(next)
		if d, any := q.evict(); d > 0 && any {
			timer.Reset(d)
		}
		if next < len(c.slots) && q.busy.Load() < int64(cfg.Limit) {
			continue // a place became free while looking
		}
		select {
		case <-wake:
		case <-timer.C:
		case <-c.ctx.Done():
		}
	}
	c.skip(next)
	c.noteEnd(parent)
	c.grace()
}

// fill starts agents while there are free places, and returns the next one's index.
func (q *queue) fill(next int) int {
	c := q.c
	work := c.work
	for ; next < len(c.slots) && q.busy.Load() < int64(c.r.cfg.Limit) && c.ctx.Err() == nil; next++ {
		s := &c.slots[next]
		if s.state.Load() != open {
			continue
		}
		q.starts[next] = time.Since(c.begun)
		if !c.admit(s) {
			continue
		}
		q.busy.Add(1)
		q.started = append(q.started, next)
		go work()
	}
	return next
}

// evict gives up on agents that outlived their time and Grace, frees their
// places, and says in how long the next one's are over.
func (q *queue) evict() (next time.Duration, any bool) {
	c := q.c
	span := c.r.cfg.AgentTimeout + c.r.cfg.Grace
	for len(q.started) > 0 {
		i := q.started[0]
		running := c.slots[i].state.Load() == open
		if d := q.starts[i] + span - time.Since(c.begun); running && d > 0 {
			return d, true
		}
		q.started = q.started[1:]
		if running && c.abandon(i) {
			q.busy.Add(-1)
			c.countDown()
		}
	}
	return 0, false
}

// context is an agent's own: its time starts when it starts.
func (q *queue) context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(q.c.ctx, q.c.r.cfg.AgentTimeout)
}

// saturatedMul is d times n, or the longest duration there is.
func saturatedMul(d time.Duration, n int) time.Duration {
	if n > 0 && d > math.MaxInt64/time.Duration(n) {
		return math.MaxInt64
	}
	return d * time.Duration(n)
}
