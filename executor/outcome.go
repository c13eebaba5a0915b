package executor

import (
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
