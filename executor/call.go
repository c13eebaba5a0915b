package executor

import (
	"context"
	"errors"
	"fmt"
	"runtime"
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

// runAll starts every agent at once, under one shared deadline: a context of
// each agent's own would be most of a small call's cost.
func (c *call) runAll(parent context.Context) {
	c.startContext(parent, c.r.cfg.AgentTimeout)
	work := c.work
	yield := yielder{}
	for i := range c.slots {
		s := &c.slots[i]
		if s.state.Load() == done {
			continue
		}
		if i%64 == 0 && c.ctx.Err() != nil {
			c.skip(c.slots[i:])
			break
		}
		if !c.admit(s) {
			c.countDown()
			continue
		}
		go work()
		yield.after(i)
	}
	if c.left.Load() == 0 {
		c.cancel(errAllReturned) // where nothing was started, nobody else does
	}
	<-c.ctx.Done()
	c.grace(parent)
}

// skip settles slots whose turn never came.
func (c *call) skip(rest []slot) {
	if len(rest) == 0 {
		return
	}
	err := fmt.Errorf("%w: %w", ErrNotStarted, causeOf(c.ctx))
	for i := range rest {
		if rest[i].state.Load() == open {
			c.refuse(&rest[i], err)
			c.countDown()
		}
	}
}

// startContext makes the agents' context: the parent's, for at most timeout.
func (c *call) startContext(parent context.Context, timeout time.Duration) {
	if c.r.cfg.Policy == FailFast {
		var cancelCause context.CancelCauseFunc
		c.ctx, cancelCause = context.WithCancelCause(parent)
		var stop context.CancelFunc
		c.ctx, stop = context.WithTimeout(c.ctx, timeout)
		c.cancel = func(cause error) { cancelCause(cause); stop() }
		if c.failures.Load() > 0 {
			c.cancel(c.firstRefusal())
		}
		return
	}
	ctx, stop := context.WithTimeout(parent, timeout)
	c.ctx, c.cancel = ctx, func(error) { stop() }
}

// firstRefusal is the error of an agent that could not be called at all.
func (c *call) firstRefusal() error {
	for i := range c.slots {
		if c.slots[i].order == 1 {
			return c.slots[i].err
		}
	}
	return nil
}

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

// yielder lets started goroutines run now and then while many are started, so
// that they reuse each other's stacks; it stops where yielding costs too much.
type yielder struct{ off bool }

func (y *yielder) after(i int) {
	if y.off || i%64 != 63 {
		return
	}
	start := time.Now()
	runtime.Gosched()
	y.off = time.Since(start) > time.Millisecond
}
