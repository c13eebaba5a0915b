package executor

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Outcome is what became of one call, agent by agent.
type Outcome struct {
	// Results has one entry for each agent, in input order.
	Results []AgentResult
	// Err is nil where every agent succeeded, else the *Error that joins all
	// failures, or what made the call impossible.
	Err error
}

// AgentResult is what became of one agent: a response or an error.
type AgentResult struct {
	AgentID  string
	Response *AgentResponse
	// Err is an *AgentError, or nil.
	Err error
}

// Error joins the failures of one call. Its text starts with the first of
// them in time, as the original executor's error did, and so does Unwrap;
// errors.Is and errors.As look into all.
type Error struct {
	// Failures are *AgentError values in the order in which the agents failed,
	// those that never returned last.
	Failures []error
	// Ended is the context's error where the caller or the time ended the
	// call, with the caller's cause; else nil.
	Ended error
}

// Error is the first failure, and how many there are besides.
func (e *Error) Error() string {
	if len(e.Failures) == 0 {
		return "executor: no agent failed"
	}
	if more := len(e.Failures) - 1; more > 0 {
		return fmt.Sprintf("%v (and %d more)", e.Failures[0], more)
	}
	return e.Failures[0].Error()
}

// Unwrap returns all failures, the first first, and Ended last.
func (e *Error) Unwrap() []error {
	if e.Ended == nil {
		return e.Failures
	}
	return append(slices.Clip(e.Failures), e.Ended)
}

// gather files the results of the slots before index end, up to the first that
// is open. While agents are being started that is done block by block, when the
// slots are still in the processor's cache.
func (c *call) gather(end int) {
	if c.results == nil {
		return
	}
	for ; c.gathered < end; c.gathered++ {
		s := &c.slots[c.gathered]
		switch state := s.state.Load(); {
		case state == open:
			return
		case state == done && s.err == nil:
			c.results[s.agent.ID] = s.response
		default:
			c.failed++
		}
	}
}

// responses is the map of the agents that succeeded.
func (c *call) responses() map[string]*AgentResponse {
	c.gather(len(c.slots))
	return c.results
}

// failure is what is reported of a slot's agent, nil for success, and its place
// among the failures; the largest for one that never returned. It is for
// slots that are not open.
func (c *call) failure(s *slot) (err *AgentError, place int32) {
	if s.state.Load() == sealed {
		return c.lost[s], math.MaxInt32
	}
	return s.err, s.order
}

// outcome collects all results in input order.
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

// joined is the call's error: the failures in the order of their coming.
func (c *call) joined() error {
	type placed struct {
		err   *AgentError
		place int32
	}
	var failed []placed
	for i := range c.slots {
		if err, place := c.failure(&c.slots[i]); err != nil {
			failed = append(failed, placed{err, place})
		}
	}
	slices.SortStableFunc(failed, func(a, b placed) int { return cmp.Compare(a.place, b.place) })
	e := &Error{Failures: make([]error, 0, len(failed)), Ended: c.ended}
	for _, f := range failed {
		e.Failures = append(e.Failures, f.err)
	}
	return e
}
