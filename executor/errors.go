package executor

import (
	"errors"
	"fmt"
)

// What can be wrong with one agent's call, found with errors.Is in that
// agent's error and in the call's.
var (
	// ErrAbandoned: the agent had not returned when its time and Grace were over.
	ErrAbandoned = errors.New("abandoned: still running after its context was done")
	// ErrAgentStuck: too many earlier calls to this agent never returned, so
	// this one was not made.
	ErrAgentStuck = errors.New("not called: too many earlier calls are stuck")
	// ErrTooManyInFlight: Config.MaxInFlight calls have not returned yet.
	ErrTooManyInFlight = errors.New("not called: too many calls in flight")
	// ErrNotStarted: the context was done before the agent's turn came.
	ErrNotStarted = errors.New("not started")
	// ErrNilAgent: the agents slice holds a nil.
	ErrNilAgent = errors.New("agent is nil")
	// ErrEmptyID: the agent has no ID.
	ErrEmptyID = errors.New("agent ID is empty")
	// ErrDuplicateID: an earlier agent of the same call has this ID.
	ErrDuplicateID = errors.New("agent ID is a duplicate")
	// ErrNilResponse: the Runner returned neither a response nor an error.
	ErrNilResponse = errors.New("runner returned a nil response and a nil error")
	// ErrGoexit: the agent or a tool ended its goroutine with runtime.Goexit.
	ErrGoexit = errors.New("goroutine ended by runtime.Goexit")
	// ErrUnknownTool: a response asks for a tool that its agent does not have.
	ErrUnknownTool = errors.New("unknown tool")
)

// AgentError is the failure of one agent.
type AgentError struct {
	// AgentID is as in Agent.ID; empty for a nil agent or an empty ID.
	AgentID string
	Err     error
}

// Error is the text the original executor gave a failed agent.
func (e *AgentError) Error() string { return fmt.Sprintf("agent %s failed: %v", e.AgentID, e.Err) }

// Unwrap returns the agent's own error.
func (e *AgentError) Unwrap() error { return e.Err }

// PanicError is a panic of an agent or a tool, caught and kept as data.
type PanicError struct {
	Value any
	// Stack is that of the panicking goroutine, as debug.Stack prints it.
	Stack []byte
}

// Error is the panic value without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the panic value where it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
