package executor

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// block is how many agents are started between two looks at the context, and at
// what is through already.
const block = 64

// runAll starts every agent at once, under one shared deadline: a context of
// each agent's own would be most of a small call's cost.
func (c *call) runAll(parent context.Context) {
	c.startContext(parent, c.r.cfg.AgentTimeout)
	c.check() // under FailFast one that cannot be called ends the call before any is
	work := c.work
	yield := yielder{}
	file := newFiler(c)
	for i := range c.slots {
		if i%block == 0 {
			if i > 0 {
				yield.now()
				file.upTo(i)
			}
			if c.ctx.Err() != nil {
				c.skip(i)
				break
			}
		}
		if s := &c.slots[i]; s.state.Load() == open && c.admit(s) {
			go work()
		}
	}
	file.end()
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
// that they reuse each other's stacks. After a yield that cost too much it leaves
// some out, twice as many each time: one may have been the machine's doing.
type yielder struct{ leaveOut, left int }

// leastLeftOut is how many yields are left out after the first that cost too much.
const leastLeftOut = 16

func (y *yielder) now() {
	if y.left > 0 {
		y.left--
		return
	}
	start := time.Now()
	runtime.Gosched()
	y.took(time.Since(start))
}

// took notes how long a yield was.
func (y *yielder) took(d time.Duration) {
	if d > time.Millisecond {
		y.leaveOut = max(2*y.leaveOut, leastLeftOut)
		y.left = y.leaveOut
	}
}
