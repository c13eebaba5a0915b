package executor

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// grace gives agents that are still running after the end of their context a
// moment to return, and notes why the call ended.
func (c *call) grace(parent context.Context) {
	c.noteEnd(parent)
	if c.left.Load() == 0 {
		return
	}
	c.why = causeOf(c.ctx)
	timer := time.NewTimer(c.r.cfg.Grace)
	defer timer.Stop()
	for c.left.Load() > 0 {
		select {
		case <-c.wake:
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

// seal closes all slots: from here on no goroutine can change what they hold.
func (c *call) seal() {
	c.cancel(errAllReturned)
	for i := range c.slots {
		s := &c.slots[i]
		switch s.state.Load() {
		case sealed: // by the queue, with its failure
		case done:
			s.failure, s.came = s.err, s.order
		default:
			if !c.abandon(s) {
				s.failure, s.came = s.err, s.order
			}
		}
	}
}

// abandon gives up on a slot, unless it finishes at this very moment.
func (c *call) abandon(s *slot) bool {
	why := ErrAbandoned
	if s.state.Load() == open {
		why = ErrNotStarted
	}
	if !c.r.stuck.abandon(keyOf(s.agent), &s.seal, c.begun.Add(s.started), c.r.cfg.AgentTimeout+c.r.cfg.Grace) {
		return false
	}
	cause := c.why
	if cause == nil {
		cause = context.DeadlineExceeded // its own time was over, not the call's
	}
	s.failure = &AgentError{AgentID: s.agent.ID, Err: fmt.Errorf("%w: %w", why, cause)}
	c.sealed++
	return true
}

// forget drops what a goroutine that never returns would keep alive.
func (c *call) forget() {
	if c.sealed == 0 {
		return
	}
	c.seen = nil
	for i := range c.slots {
		if s := &c.slots[i]; s.state.Load() == done {
			s.agent, s.response, s.err, s.failure = nil, nil, nil, nil
		}
	}
}
