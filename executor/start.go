package executor

import (
	"fmt"
	"runtime"
)

// block is how many agents are started before the started ones get a chance to
// run. Their goroutines are then used again for the next block.
const block = 64

// startAll starts all agents at once. It stops when the context is done.
func (c *call) startAll() {
	work := c.work
	for i := range c.slots {
		if i%block == 0 {
			if i > 0 {
				runtime.Gosched()
			}
			if c.ctx.Err() != nil {
				c.skip(i)
				return
			}
		}
		if s := &c.slots[i]; s.state.Load() == slotOpen && c.admit(s) {
			go work()
		}
	}
}

// skip marks the slots from i on as not started.
func (c *call) skip(i int) {
	if i == len(c.slots) {
		return
	}
	err := fmt.Errorf("%w: %w", ErrNotStarted, c.contextCause())
	for ; i < len(c.slots); i++ {
		if s := &c.slots[i]; s.state.Load() == slotOpen {
			c.refuse(s, slotDone, err)
		}
	}
}

// admit asks the circuit breakers whether the agent may be called, and settles
// the slot if not.
func (c *call) admit(s *slot) (admitted bool) {
	trial, err := c.r.breakers.admit(keyOf(s.agent))
	if err != nil {
		c.refuse(s, slotDone, err)
		return false
	}
	s.trial = trial
	return true
}
