package executor

import (
	"context"
	"fmt"
	"runtime/debug"
)

// work is the body of every agent's goroutine. One func value serves all of
// them, and each claims its slot: that saves an allocation for each agent. Its
// frames are few and small, because a goroutine whose stack grows costs twice as much.
func (c *call) work() {
	if s := c.claim(); s != nil {
		c.attempt(s)
	}
}

// claim returns the goroutine's slot, or nil if the slot was given up before
// the goroutine ran. There are as many goroutines as slots that were open when
// they were started, and a claim passes over the slots that were refused:
//
//	start 0, 1, 3 (2 is refused)     claim 0, 1, 3
func (c *call) claim() *slot {
	for {
		s := &c.slots[c.next.Add(1)-1]
		switch s.state.Load() {
		case slotOpen:
			return s
		case slotAbandoned:
			c.r.breakers.returned(&s.seal)
			return nil
		}
	}
}

// attempt makes one agent's call and stores its result. A deferred function
// does the latter: after a Goexit nothing else of the goroutine runs. That is
// so also where a panic during the Goexit was recovered.
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
	if c.limited != nil {
		own, stop := c.limited.agentContext()
		defer stop()
		ctx = own
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", ErrNotStarted, c.contextCause())
		return
	}
	if c.stream != nil {
		response, err = c.streamAgent(ctx, s)
	} else {
		response, err = c.r.callAgent(ctx, s.agent, c.input)
	}
}

// callAgent calls the Runner, and then the tools that the response asks for.
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

// finish stores an agent's result in its slot, unless the slot was given up.
func (c *call) finish(s *slot, response *AgentResponse, err error) {
	agent := s.agent // once the slot is done it belongs to the caller
	s.response = response
	if err != nil {
		s.response = nil
		c.fail(s, err)
	}
	failure := s.err
	if !s.seal.finish() {
		s.response, s.err = nil, nil // they are not read: do not keep them alive
		c.r.breakers.returned(&s.seal)
		return
	}
	c.r.breakers.inTime(keyOf(agent), s.trial, resultOf(err))
	if failure != nil {
		c.failFast(failure)
	}
	if c.limited != nil {
		c.limited.busy.Add(-1)
	}
	c.addEnd(s)
	c.countDown()
	c.dispatchStream()
}
