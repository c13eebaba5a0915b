package executor

import (
	"context"
	"fmt"
	"runtime/debug"
)

// work is the body of every agent's goroutine. One func value serves all of
// them, each claims its slot: that saves an allocation an agent. Its frames are
// few and small, because a goroutine whose stack has to grow costs twice.
func (c *call) work() {
	if s := c.claim(); s != nil {
		c.attempt(s)
	}
}

// claim finds the goroutine's slot, or nil where the slot's turn is over. There
// are as many goroutines as slots that were open when they were started:
//
//	start 0, 1, 3 (2 is refused)     claim 0, 1, 2: refused, so 3
func (c *call) claim() *slot {
	for {
		s := &c.slots[c.next.Add(1)-1]
		switch s.state.Load() {
		case open:
			return s
		case sealed:
			c.returned(s) // given up before it began
			return nil
		}
	}
}

// attempt makes one agent's call, contains what it does to its goroutine, and hands
// in the result. That is done by a deferred function: after a Goexit nothing else
// of the goroutine runs, also where a panic on the way out was recovered.
func (c *call) attempt(s *slot) {
	var response *AgentResponse
	err := ErrGoexit
	defer func() {
		if v := recover(); v != nil {
			response, err = nil, &PanicError{Value: v, Stack: debug.Stack()}
		}
		c.finish(s, response, err)
	}()
	ctx := c.ctx
	if c.queue != nil {
		own, stop := c.queue.context()
		defer stop()
		ctx = own
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", ErrNotStarted, c.cause())
		return
	}
	response, err = c.r.callAgent(ctx, s.agent, c.input)
}

// finish hands in an agent's result, or finds that the call is over.
func (c *call) finish(s *slot, response *AgentResponse, err error) {
	agent := s.agent // the slot is the caller's once it is done
	s.response = response
	if err != nil {
		s.response = nil
		c.fail(s, err)
	}
	failure := s.err
	if !s.seal.finish() {
		s.response, s.err = nil, nil // nobody will read it: do not keep it alive
		c.returned(s)
		return
	}
	c.r.stuck.landed(keyOf(agent), s.late, failure == nil)
	if failure != nil {
		c.failFast(failure)
	}
	if c.queue != nil {
		c.queue.busy.Add(-1)
	}
	c.countDown()
}

// fail notes an agent's failure in its slot.
func (c *call) fail(s *slot, err error) {
	s.err = &AgentError{AgentID: s.id(), Err: err}
	s.order = c.failures.Add(1)
}

// failFast ends the call at its first failure, where that is the policy.
func (c *call) failFast(failure *AgentError) {
	if c.r.cfg.Policy == FailFast && c.first.CompareAndSwap(nil, failure) {
		c.stop()
	}
}

// countDown takes one slot off, and wakes the caller where it waits for that.
func (c *call) countDown() {
	if c.left.Add(-1) > 0 && c.queue == nil {
		return
	}
	if wake := c.wake.Load(); wake != nil {
		(*wake)()
	}
}

// wakeBy says how the caller is woken. Whoever looks at left, or for a free
// place, after that misses nothing:
//
//	agent's goroutine            caller
//	-----------------            ------
//	counts down                  says how it is woken
//	looks how to wake            looks at left, and waits
func (c *call) wakeBy(wake func()) { c.wake.Store(&wake) }

// listen makes a channel for wakeBy. A wake-up that is under way already will do.
func (c *call) listen() <-chan struct{} {
	woken := make(chan struct{}, 1)
	c.wakeBy(func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	})
	return woken
}

// returned uncounts a call that comes back, or first runs, after it was given up.
func (c *call) returned(s *slot) { c.r.stuck.returned(&s.seal) }

// callAgent is the Runner's call and the tools that its response asks for.
func (r *Reference) callAgent(ctx context.Context, agent *Agent, input string) (*AgentResponse, error) {
	response, err := r.cfg.Runner.ExecuteAgent(ctx, agent, input, r.cfg.History)
	if err != nil {
		return nil, err
	}
	if response == nil {
		return nil, ErrNilResponse
	}
	if len(response.ToolCalls) > 0 {
		return r.runTools(ctx, agent, response), nil
	}
	return response, nil
}
