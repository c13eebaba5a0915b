package executor

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Outcome is the result of one call, agent by agent.
type Outcome struct {
	// Results has one entry for each agent, in input order.
	Results []AgentResult
	// Err is nil if every agent succeeded. Else it is an *Error with all
	// failures, or it says why the call could not be made.
	Err error
}

// AgentResult is the result of one agent: a response or an error.
type AgentResult struct {
	AgentID  string
	Response *AgentResponse
	// Err is an *AgentError, or nil.
	Err error
}

// Error joins the failures of one call. Its text starts with the failure that
// came first in time, and Unwrap returns that one first. errors.Is and errors.As
// look into all failures.
type Error struct {
	// Failures are *AgentError values, in the order in which the agents failed.
	// Agents that never returned come last.
	Failures []error
	// Ended is the context's error, with its cause, if the caller or the time
	// ended the call. Else it is nil.
	Ended error
}

// Error returns the text of the first failure, and how many more there are.
func (e *Error) Error() string {
	if len(e.Failures) == 0 {
		return "executor: no agent failed"
	}
	if more := len(e.Failures) - 1; more > 0 {
		return fmt.Sprintf("%v (and %d more)", e.Failures[0], more)
	}
	return e.Failures[0].Error()
}

// Unwrap returns the failures, and then Ended if it is not nil.
func (e *Error) Unwrap() []error {
	if e.Ended == nil {
		return e.Failures
	}
	return append(slices.Clip(e.Failures), e.Ended)
}

// first returns the error with its first failure alone.
func (e *Error) first() *Error { return &Error{Failures: e.Failures[:1:1], Ended: e.Ended} }

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
