package executor

import (
	"context"
	"errors"
	"fmt"

	"runtime/debug"
	"sync/atomic"
	"time"
)

// call is one ExecuteParallel under way.
type call struct {
	r     *Reference
	input string
	slots []slot
	// seen finds duplicate IDs, and then becomes the result; nil for small calls.
	seen  map[string]*AgentResponse
	begun time.Time

	// ctx is the agents' context. Its end is the one thing the caller waits
	// for: the time, the caller's own end, or the last agent's return.
	ctx    context.Context
	cancel context.CancelCauseFunc

	next     atomic.Int64  // the next slot for a goroutine to claim
	left     atomic.Int64  // slots that are neither done nor given up
	failures atomic.Int32  // failures so far, for slot.order
	wake     chan struct{} // told when left reaches 0, and when a place of queue is free

	// queue is how a call with fewer places than agents runs; else nil.
	queue *queue

	// why the agents' context ended before the agents did, and ended the same
	// where it was the caller or the time; nil where they all returned.
	why, ended error
	sealed     int // slots given up
}

// errAllReturned is the cause with which the last agent ends the call's context.
var errAllReturned = errors.New("executor: the call is over")

// quadratic is how many agents are compared pair by pair for duplicate IDs,
// which is faster than a map up to here.
const quadratic = 16

func newCall(r *Reference, input string, agents []*Agent) *call {
	c := &call{r: r, input: input, slots: make([]slot, len(agents)), begun: time.Now(), wake: make(chan struct{}, 1)}
	if len(agents) > quadratic {
		c.seen = make(map[string]*AgentResponse, len(agents))
	}
	valid := int64(0)
	for i, a := range agents {
		// The pointers are copied: the caller may change its slice after the
		// return, while a late goroutine still reads.
		c.slots[i].agent = a
		if err := c.invalid(i); err != nil {
			c.slots[i].invalid = true
			c.refuse(&c.slots[i], err)
			continue
		}
		valid++
	}
	c.left.Store(valid)
	return c
}

// invalid says what makes agent i impossible to call.
func (c *call) invalid(i int) error {
	a := c.slots[i].agent
	switch {
	case a == nil:
		return fmt.Errorf("%w: at index %d", ErrNilAgent, i)
	case a.ID == "":
		return fmt.Errorf("%w: at index %d", ErrEmptyID, i)
	case c.duplicate(i):
		return fmt.Errorf("%w: %q at index %d", ErrDuplicateID, a.ID, i)
	}
	return nil
}

func (c *call) duplicate(i int) bool {
	id := c.slots[i].agent.ID
	if c.seen != nil {
		before := len(c.seen)
		c.seen[id] = nil
		return len(c.seen) == before
	}
	for k := range i {
		if a := c.slots[k].agent; a != nil && a.ID == id {
			return true
		}
	}
	return false
}

// refuse settles a slot for which no goroutine will be started.
func (c *call) refuse(s *slot, err error) {
	s.err = &AgentError{AgentID: s.id(), Err: err}
	s.order = c.failures.Add(1)
	s.state.Store(done)
	if c.r.cfg.Policy == FailFast && c.cancel != nil {
		c.cancel(s.err)
	}
}

// work is the body of every agent's goroutine. One func value serves all of
// them, each claims its slot: that saves an allocation an agent.
//
// A goroutine always finds a slot: those that were refused are done before
// any later one is started, and of the open ones there are as many behind the
// counter as goroutines.
func (c *call) work() {
	for {
		s := &c.slots[c.next.Add(1)-1]
		switch s.state.Load() {
		case done:
			continue
		case open:
			if s.begin() {
				c.run(s)
				return
			}
		}
		c.returned(s) // given up before it began
		return
	}
}

// run makes one agent's call. The deferred function also sees a panic and a
// Goexit, which the named err tells from a return.
func (c *call) run(s *slot) {
	var response *AgentResponse
	err := ErrGoexit
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
		c.finish(s, response, err)
	}()
	ctx, stop := c.agentContext()
	defer stop()
	if ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", ErrNotStarted, causeOf(ctx))
		return
	}
	response, err = c.r.callAgent(ctx, s, c.input)
}

func (c *call) agentContext() (context.Context, context.CancelFunc) {
	if c.queue == nil {
		return c.ctx, func() {}
	}
	return c.queue.context()
}

// callAgent is the Runner's call and the tools that its response asks for.
func (r *Reference) callAgent(ctx context.Context, s *slot, input string) (*AgentResponse, error) {
	response, err := r.cfg.Runner.ExecuteAgent(ctx, s.agent, input, r.cfg.History)
	if err != nil {
		return nil, err
	}
	if response == nil {
		return nil, ErrNilResponse
	}
	if len(response.ToolCalls) > 0 {
		return r.runTools(ctx, s.agent, response), nil
	}
	return response, nil
}

// finish hands in an agent's result, or finds that the call is over.
func (c *call) finish(s *slot, response *AgentResponse, err error) {
	agent := s.agent // the slot is the caller's once it is done
	if err != nil {
		err = &AgentError{AgentID: agent.ID, Err: err}
		s.order = c.failures.Add(1)
	}
	s.response, s.err = response, err
	if s.seal.finish() {
		c.settle(agent, s.pass, err)
		return
	}
	s.response, s.err = nil, nil // nobody will read it: do not keep it alive
	c.returned(s)
}

// settle counts an agent that returned in time.
func (c *call) settle(agent *Agent, p pass, err error) {
	c.r.stuck.landed(keyOf(agent), p, err == nil)
	if err != nil && c.r.cfg.Policy == FailFast {
		c.cancel(err)
	}
	if c.queue != nil {
		c.queue.busy.Add(-1)
	}
	c.countDown()
}

// countDown takes one slot off; the last one ends the call.
func (c *call) countDown() {
	last := c.left.Add(-1) == 0
	if last {
		c.cancel(errAllReturned)
	}
	if last || c.queue != nil {
		c.poke()
	}
}

// poke wakes the caller where it waits; a wake-up that is already under way will do.
func (c *call) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// returned uncounts a call that comes back, or first runs, after it was given up.
func (c *call) returned(s *slot) { c.r.stuck.returned(&s.seal) }

// admit asks whether the agent may be called at all, and settles it if not.
func (c *call) admit(s *slot) bool {
	p, err := c.r.stuck.admit(keyOf(s.agent))
	if err != nil {
		c.refuse(s, err)
		return false
	}
	s.pass = p
	return true
}
