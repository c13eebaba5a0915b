package executor

import (
	"context"
	"sync/atomic"
	"time"
)

// limited runs a call that has more agents than Config.Limit. The caller's
// goroutine starts an agent when a place is free. An agent that ignores its
// context loses its place when its time and Grace are over.
type limited struct {
	c *call
	// busy counts the places taken.
	busy atomic.Int64
	// starts are when each agent was started, since the call's start.
	starts []time.Duration
	// running are the indexes of started agents in the order of their starts.
	// Their times end in the same order.
	running []int
	next    int // the next agent to start
}

func newLimited(c *call) *limited {
	return &limited{c: c, starts: make([]time.Duration, len(c.slots))}
}

// dispatch starts agents as places become free, until all have returned or the
// call's time is over. Agents that ignore their context hold their places for
// Grace longer than their time. The call keeps its bound all the same: its
// context cuts the time of the last agents short.
func (q *limited) dispatch() {
	c := q.c
	woken := c.waker.channel()
	timer := time.NewTimer(c.r.cfg.AgentTimeout + c.r.cfg.Grace)
	defer timer.Stop()
	for c.unsettled.Load() > 0 && c.ctx.Err() == nil {
		q.startWaiting()
		if d, running := q.evict(); running {
			timer.Reset(d)
		}
		if q.next < len(c.slots) && q.placeFree() {
			continue // evict freed a place, or an agent returned meanwhile
		}
		select {
		case <-woken:
		case <-timer.C:
		case <-c.ctx.Done():
		}
	}
	c.skip(q.next)
}

func (q *limited) placeFree() bool { return q.busy.Load() < int64(q.c.r.cfg.Limit) }

// startWaiting starts agents while there are free places.
func (q *limited) startWaiting() {
	c := q.c
	work := c.work
	for ; q.next < len(c.slots) && q.placeFree() && c.ctx.Err() == nil; q.next++ {
		s := &c.slots[q.next]
		if s.state.Load() != slotOpen {
			continue
		}
		q.starts[q.next] = time.Since(c.begun)
		if !c.admit(s) {
			continue
		}
		q.busy.Add(1)
		q.running = append(q.running, q.next)
		go work()
	}
}

// evict gives up on agents whose time and Grace are over, and frees their
// places. It returns how long the next agent still has, if one is running.
func (q *limited) evict() (left time.Duration, running bool) {
	c := q.c
	allowed := c.r.cfg.AgentTimeout + c.r.cfg.Grace
	for len(q.running) > 0 {
		i := q.running[0]
		open := c.slots[i].state.Load() == slotOpen
		if left := q.starts[i] + allowed - time.Since(c.begun); open && left > 0 {
			return left, true
		}
		q.running = q.running[1:]
		if open && c.abandon(i) {
			q.busy.Add(-1)
			c.countDown()
		}
	}
	return 0, false
}

// agentContext is an agent's own context: its time starts when it starts.
func (q *limited) agentContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(q.c.ctx, q.c.r.cfg.AgentTimeout)
}
