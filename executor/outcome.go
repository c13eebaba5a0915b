package executor

import (
	"fmt"
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
