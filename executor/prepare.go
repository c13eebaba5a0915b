package executor

import (
	"context"
	"fmt"
	"math"
	"time"
)

// prepare makes the slots and the context of a call, and refuses invalid agents.
func (r *Reference) prepare(parent context.Context, input string, agents []*Agent) *call {
	c := &call{r: r, parent: parent, input: input, begun: time.Now(),
		slots: make([]slot, len(agents)), byID: make(map[string]*AgentResponse, len(agents))}
	if len(agents) == 0 {
		return c
	}
	for i, a := range agents {
		// The pointers are copied: the caller may change its slice after the
		// return, while a goroutine that was given up still reads.
		c.slots[i].agent = a
	}
	c.unsettled.Store(int64(len(agents)))
	timeout := r.cfg.AgentTimeout
	if limit := r.cfg.Limit; limit > 0 && limit < len(agents) {
		timeout = saturatedMul(timeout, (len(agents)+limit-1)/limit)
		c.limited = newLimited(c)
	}
	// One context for all agents: a context each would be most of a small
	// call's cost. FailFast has the same one: a second one, which would show
	// the agents the cause, costs as much as starting three of them.
	c.ctx, c.stop = context.WithDeadline(parent, c.begun.Add(timeout))
	c.refuseInvalid()
	return c
}

// refuseInvalid settles the slots of invalid agents. Under FailFast one of them
// ends the call before any agent starts.
func (c *call) refuseInvalid() {
	for i := range c.slots {
		if err := c.validate(i); err != nil {
			c.refuse(&c.slots[i], slotInvalid, err)
		}
	}
}

// validate enters agent i in byID, or says why it cannot be called.
func (c *call) validate(i int) error {
	a := c.slots[i].agent
	if a == nil {
		return fmt.Errorf("%w: at index %d", ErrNilAgent, i)
	}
	if a.ID == "" {
		return fmt.Errorf("%w: at index %d", ErrEmptyID, i)
	}
	if _, duplicate := c.byID[a.ID]; duplicate {
		return fmt.Errorf("%w: %q at index %d", ErrDuplicateID, a.ID, i)
	}
	c.byID[a.ID] = nil
	return nil
}

// saturatedMul is d times n, or the longest duration there is.
func saturatedMul(d time.Duration, n int) time.Duration {
	if n > 0 && d > math.MaxInt64/time.Duration(n) {
		return math.MaxInt64
	}
	return d * time.Duration(n)
}
