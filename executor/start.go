package executor

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

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
