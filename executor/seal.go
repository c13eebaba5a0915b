package executor

import (
	"context"
	"fmt"
	"time"
)

// seal gives up on all slots that are still open. After it no goroutine can
// change what the slots hold.
func (c *call) seal() {
	c.stop()
	if c.unsettled.Load() == 0 {
		return
	}
	for i := range c.slots {
		if c.slots[i].state.Load() == slotOpen {
			c.abandon(i)
		}
	}
}

// abandon gives up on a slot. It returns false if the slot's agent finished first.
func (c *call) abandon(i int) (abandoned bool) {
	s, why := &c.slots[i], ErrAbandoned
	if c.next.Load() <= int64(i) {
		why = ErrNotStarted
	}
	stuckAt := c.startOf(i).Add(c.r.cfg.AgentTimeout + c.r.cfg.Grace)
	if !c.r.breakers.abandon(keyOf(s.agent), &s.seal, c.startOf(i), stuckAt) {
		return false
	}
	cause := c.cause
	if cause == nil {
		cause = context.DeadlineExceeded // the agent's own time was over, not the call's
	}
	if c.lost == nil {
		c.lost = map[*slot]*AgentError{}
	}
	c.lost[s] = &AgentError{AgentID: s.agent.ID, Err: fmt.Errorf("%w: %w", why, cause)}
	return true
}

// startOf is when the time of agent i began.
func (c *call) startOf(i int) time.Time {
	if c.limited == nil {
		return c.begun
	}
	return c.begun.Add(c.limited.starts[i])
}

// forget drops the results, once the caller has them: a goroutine that never
// returns keeps the call alive, and must not keep them alive with it.
func (c *call) forget() {
	if c.lost == nil {
		return
	}
	c.byID, c.lost = nil, nil
	for i := range c.slots {
		if s := &c.slots[i]; s.state.Load() == slotDone {
			s.agent, s.response, s.err = nil, nil, nil
		}
	}
}
