package executor

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// grace gives agents that are still running after the end of their context a
// moment to return.
func (c *call) grace() {
	if c.left.Load() == 0 {
		return
	}
	c.why = c.cause()
	wake := c.listen()
	timer := time.NewTimer(c.r.cfg.Grace)
	defer timer.Stop()
	for c.left.Load() > 0 {
		select {
		case <-wake:
		case <-timer.C:
			return
		}
	}
}

// noteEnd keeps what ended the call before its agents: the caller or the time.
// A failure under FailFast is not noted, it is in the error already.
func (c *call) noteEnd(parent context.Context) {
	switch {
	case parent.Err() != nil:
		c.ended = causeOf(parent)
	case c.ctx.Err() == context.DeadlineExceeded:
		c.ended = context.DeadlineExceeded
	}
}

// causeOf is the context's error, with its cause where that is another.
func causeOf(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	switch {
	case cause == nil || cause == err:
		return err
	case errors.Is(cause, err):
		return cause
	default:
		return fmt.Errorf("%w: %w", err, cause)
	}
}

// cause is why the agents' context ended: with the first failure under FailFast.
func (c *call) cause() error {
	cause := causeOf(c.ctx)
	if first := c.first.Load(); first != nil && cause == context.Canceled {
		return fmt.Errorf("%w: %w", cause, first)
	}
	return cause
}

// seal closes all slots: from here on no goroutine can change what they hold.
func (c *call) seal() {
	c.stop()
	if c.left.Load() == 0 {
		return
	}
	for i := range c.slots {
		if c.slots[i].state.Load() == open {
			c.abandon(i)
		}
	}
}

// abandon gives up on a slot, unless it finishes at this very moment.
func (c *call) abandon(i int) bool {
	s, why := &c.slots[i], ErrAbandoned
	if c.next.Load() <= int64(i) {
		why = ErrNotStarted
	}
	its := c.r.cfg.AgentTimeout + c.r.cfg.Grace
	if !c.r.stuck.abandon(keyOf(s.agent), &s.seal, c.startOf(i), its) {
		return false
	}
	cause := c.why
	if cause == nil {
		cause = context.DeadlineExceeded // its own time was over, not the call's
	}
	if c.lost == nil {
		c.lost = map[*slot]*AgentError{}
	}
	c.lost[s] = &AgentError{AgentID: s.agent.ID, Err: fmt.Errorf("%w: %w", why, cause)}
	return true
}

// startOf is when the time of agent i began.
func (c *call) startOf(i int) time.Time {
	if c.queue == nil {
		return c.begun
	}
	return c.begun.Add(c.queue.starts[i])
}

// forget drops what a goroutine that never returns would keep alive.
func (c *call) forget() {
	if c.lost == nil {
		return
	}
	c.results, c.lost = nil, nil
	for i := range c.slots {
		if s := &c.slots[i]; s.state.Load() == done {
			s.agent, s.response, s.err = nil, nil, nil
		}
	}
}
