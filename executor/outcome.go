package executor

import (
	"cmp"
	"fmt"
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

// responses collects the map of the agents that succeeded. It reuses the map
// that found duplicate IDs, where there was one.
func (c *call) responses() (m map[string]*AgentResponse, failed int) {
	m = c.seen
	if m == nil {
		m = make(map[string]*AgentResponse, len(c.slots))
	}
	for i := range c.slots {
		s := &c.slots[i]
		if s.failure == nil {
			m[s.agent.ID] = s.response
			continue
		}
		failed++
		if c.seen != nil && !s.invalid {
			delete(m, s.agent.ID)
		}
	}
	return m, failed
}

// outcome collects all results in input order.
func (c *call) outcome() Outcome {
	out := Outcome{Results: make([]AgentResult, len(c.slots))}
	failed := false
	for i := range c.slots {
		s := &c.slots[i]
		r := AgentResult{AgentID: s.id(), Response: s.response}
		if s.failure != nil {
			r.Response, r.Err = nil, s.failure
			failed = true
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
	var failed []*slot
	for i := range c.slots {
		if c.slots[i].failure != nil {
			failed = append(failed, &c.slots[i])
		}
	}
	slices.SortStableFunc(failed, func(a, b *slot) int {
		return cmp.Compare(uint32(a.came-1), uint32(b.came-1)) // 0 never came, and sorts last
	})
	e := &Error{Failures: make([]error, 0, len(failed)), Ended: c.ended}
	for _, s := range failed {
		e.Failures = append(e.Failures, s.failure)
	}
	return e
}
