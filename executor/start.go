package executor

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// block is how many agents are started between two looks at the context, at
// their IDs, and at what is through already.
const block = 64

// runAll starts every agent at once, under one shared deadline: a context of
// each agent's own would be most of a small call's cost.
func (c *call) runAll(parent context.Context) {
	c.startContext(parent, c.r.cfg.AgentTimeout)
	if c.r.cfg.Policy == FailFast {
		c.check(len(c.slots)) // one that cannot be called ends the call before any is
	}
	work := c.work
	yield := yielder{}
	for i := range c.slots {
		if i%block == 0 {
			if i > 0 {
				yield.now()
				c.gather(i)
			}
			c.check(i + block)
			if c.ctx.Err() != nil {
				c.skip(i)
				break
			}
		}
		if s := &c.slots[i]; s.state.Load() == open && c.admit(s) {
			go work()
		}
	}
	c.await(parent, yield)
}

// await waits until the last agent has returned or the context has ended.
// Agents that answer at once are through after a yield or two; then nobody has
// to be woken, and the context's channel is never made.
func (c *call) await(parent context.Context, yield yielder) {
	for range 2 {
		if c.left.Load() > 0 {
			yield.now()
		}
	}
	if c.left.Load() > 0 {
		c.wakeBy(c.stop)
		if c.left.Load() > 0 {
			<-c.ctx.Done()
		}
	}
	c.noteEnd(parent)
	c.grace()
}

// skip settles slots from index i on, whose turn never came.
func (c *call) skip(i int) {
	if i == len(c.slots) {
		return
	}
	c.check(len(c.slots))
	err := fmt.Errorf("%w: %w", ErrNotStarted, c.cause())
	for ; i < len(c.slots); i++ {
		if s := &c.slots[i]; s.state.Load() == open {
			c.refuse(s, done, err)
		}
	}
}

// startContext makes the agents' context: the parent's, for at most timeout.
// FailFast has the same: a second one, for the sake of the cause that agents
// would read in it, costs as much as starting three of them.
func (c *call) startContext(parent context.Context, timeout time.Duration) {
	c.ctx, c.stop = context.WithDeadline(parent, c.begun.Add(timeout))
}

// yielder lets started goroutines run now and then while many are started, so
// that they reuse each other's stacks; it stops where yielding costs too much.
type yielder struct{ off bool }

func (y *yielder) now() {
	if y.off {
		return
	}
	start := time.Now()
	runtime.Gosched()
	y.off = time.Since(start) > time.Millisecond
}
