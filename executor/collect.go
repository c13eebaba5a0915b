package executor

import (
	"cmp"
	"math"
	"slices"
)

// responses returns the responses of the agents that succeeded, and how many
// agents failed.
func (c *call) responses() (byID map[string]*AgentResponse, failed int) {
	for i := range c.slots {
		s := &c.slots[i]
		state := s.state.Load()
		if state == slotDone && s.err == nil {
			c.byID[s.agent.ID] = s.response
			continue
		}
		failed++
		if state != slotInvalid { // a duplicate's ID is that of another agent
			delete(c.byID, s.agent.ID)
		}
	}
	return c.byID, failed
}

// outcome returns all results in input order.
func (c *call) outcome() Outcome {
	out := Outcome{Results: make([]AgentResult, len(c.slots))}
	failed := false
	for i := range c.slots {
		s := &c.slots[i]
		r := AgentResult{AgentID: s.id()}
		if err, _ := c.failure(s); err != nil {
			r.Err = err
			failed = true
		} else {
			r.Response = s.response
		}
		out.Results[i] = r
	}
	if failed {
		out.Err = c.joined()
	}
	return out
}

// joined returns the call's error: the failures in the order of time.
func (c *call) joined() *Error {
	type placed struct {
		err   *AgentError
		order int32
	}
	var failed []placed
	for i := range c.slots {
		if err, order := c.failure(&c.slots[i]); err != nil {
			failed = append(failed, placed{err, order})
		}
	}
	slices.SortStableFunc(failed, func(a, b placed) int { return cmp.Compare(a.order, b.order) })
	e := &Error{Failures: make([]error, 0, len(failed)), Ended: c.ended}
	for _, f := range failed {
		e.Failures = append(e.Failures, f.err)
	}
	return e
}

// failure returns the error of a slot's agent, nil for success, and its order
// among the failures. Agents that were given up come last.
func (c *call) failure(s *slot) (err *AgentError, order int32) {
	if s.state.Load() == slotAbandoned {
		return c.lost[s], math.MaxInt32
	}
	return s.err, s.order
}
