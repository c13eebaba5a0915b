package executor

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// slot is one agent's place in a call. A call may have a million of them, so
// what few of them need is kept elsewhere.
type slot struct {
	seal
	agent *Agent
	// The agent's goroutine writes response, err and order before the slot is
	// done, and the caller reads them after it. The caller never reads them in
	// an abandoned slot. order counts the call's failures in time, from 1.
	response *AgentResponse
	err      *AgentError
	order    int32
	// told: the end of the agent was delivered to the consumer of a stream.
	told bool
}

func (s *slot) id() string {
	if s.agent == nil {
		return ""
	}
	return s.agent.ID
}

// seal decides between the goroutine of a call, which finishes, and the caller,
// which gives up. Whoever makes the one compare-and-swap away from slotOpen wins:
//
//	goroutine                     caller
//	---------                     ------
//	writes response, err
//	open -> done  succeeds        open -> abandoned  fails: reads the result
//	   or
//	open -> done  fails           open -> abandoned  succeeds: never reads the result
//
// So a goroutine that finishes late cannot change what was returned, and no
// lock is needed.
type seal struct {
	state atomic.Uint32
	// trial says for which circuit breakers the call is a trial. It is set
	// before the goroutine starts.
	trial trial
	// abandoned is set while the call is given up and has not returned. The
	// breakers' lock guards it.
	abandoned *abandonedCall
}

// The states of a seal.
const (
	slotOpen uint32 = iota
	slotDone
	slotAbandoned
	// slotInvalid: the agent is nil, has no ID or has a duplicate ID.
	slotInvalid
)

func (s *seal) finish() bool { return s.state.CompareAndSwap(slotOpen, slotDone) }
func (s *seal) giveUp() bool { return s.state.CompareAndSwap(slotOpen, slotAbandoned) }

// refuse settles a slot for which no goroutine is started.
func (c *call) refuse(s *slot, state uint32, err error) {
	c.fail(s, err)
	s.state.Store(state)
	c.failFast(s.err)
	c.addEnd(s)
	c.countDown()
}

// fail writes an agent's failure into its slot.
func (c *call) fail(s *slot, err error) {
	s.err = &AgentError{AgentID: s.id(), Err: err}
	s.order = c.failures.Add(1)
}

// failFast ends the call at its first failure if the policy is FailFast.
func (c *call) failFast(failure *AgentError) {
	if c.r.cfg.Policy == FailFast && c.firstFailure.CompareAndSwap(nil, failure) {
		c.stop()
	}
}

// countDown counts a slot as settled. It wakes the caller's goroutine if the
// slot was the last one, or if a place of a limited call may be free.
func (c *call) countDown() {
	left := c.unsettled.Add(-1)
	switch {
	case c.stream != nil:
		c.stream.wake(left)
	case left == 0 || c.limited != nil:
		c.waker.wake()
	}
}

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
	c.addEnd(s)
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
