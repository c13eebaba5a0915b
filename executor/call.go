package executor

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// call is one ExecuteParallel under way.
type call struct {
	r     *Reference
	input string
	slots []slot
	begun time.Time

	// ctx is the agents' context. Its end is the one thing the caller waits
	// for: the time, the caller's own end, or the last agent's return.
	ctx  context.Context
	stop context.CancelFunc

	next     atomic.Int64 // the next slot for a goroutine to claim
	left     atomic.Int64 // slots that are neither done nor given up
	failures atomic.Int32 // failures so far, for slot.order
	// first is the failure that ended a call under FailFast.
	first atomic.Pointer[AgentError]
	// wake is called when left reaches 0, and when a place of queue is free. It
	// is there once the caller waits for that.
	wake atomic.Pointer[func()]

	// queue is how a call with fewer places than agents runs; else nil.
	queue *queue

	// What follows is the caller's alone.

	gathered int     // slots whose results are in results
	ids      idTable // finds duplicates; without places in small calls
	// results are the responses by ID; nil where they are not wanted so.
	results map[string]*AgentResponse
	failed  int // of the slots gathered
	// why the agents' context ended before the agents did, and ended the same
	// where it was the caller or the time; nil where they all returned.
	why, ended error
	// lost are the slots given up, with their failures.
	lost map[*slot]*AgentError
}

// quadratic is how many agents are compared pair by pair for duplicate IDs,
// which is faster than a table up to here.
const quadratic = 16

func newCall(r *Reference, input string, agents []*Agent) *call {
	c := &call{r: r, input: input, slots: make([]slot, len(agents)), begun: time.Now()}
	for i, a := range agents {
		// The pointers are copied: the caller may change its slice after the
		// return, while a late goroutine still reads.
		c.slots[i].agent = a
	}
	if len(agents) > quadratic {
		c.ids = newIDTable(r.seed, len(agents))
	}
	c.left.Store(int64(len(agents)))
	return c
}

// check settles the slots whose agents cannot be called.
func (c *call) check() {
	for i := range c.slots {
		if err := c.fault(i); err != nil {
			c.refuse(&c.slots[i], invalid, err)
		}
	}
}

// fault says what makes agent i impossible to call.
func (c *call) fault(i int) error {
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
	if c.ids.places != nil {
		return c.ids.occurred(c.slots, i)
	}
	id := c.slots[i].agent.ID
	for k := range i {
		if a := c.slots[k].agent; a != nil && a.ID == id {
			return true
		}
	}
	return false
}

// refuse settles a slot for which no goroutine will be started.
func (c *call) refuse(s *slot, state uint32, err error) {
	c.fail(s, err)
	s.state.Store(state)
	c.failFast(s.err)
	c.countDown()
}

// admit asks whether the agent may be called at all, and settles it if not.
func (c *call) admit(s *slot) bool {
	trial, err := c.r.stuck.admit(keyOf(s.agent))
	if err != nil {
		c.refuse(s, done, err)
		return false
	}
	s.late = trial
	return true
}
