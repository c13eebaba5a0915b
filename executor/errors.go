package executor

import (
	"errors"
	"fmt"
)

// The errors of an agent's call. errors.Is finds them in the error of the agent
// and in the error of the whole call.
var (
	// ErrAbandoned: the agent was still running when its time and Grace were over.
	ErrAbandoned = errors.New("abandoned: still running after its context was done")
	// ErrAgentStuck: the call was not made, because too many earlier calls to
	// this agent have not returned.
	ErrAgentStuck = errors.New("not called: too many earlier calls are stuck")
	// ErrTooManyInFlight: the call was not made, because Config.MaxInFlight
	// calls have not returned.
	ErrTooManyInFlight = errors.New("not called: too many calls in flight")
	// ErrNotStarted: the context was done before the agent or tool was started.
	ErrNotStarted = errors.New("not started")
	// ErrNilAgent: the agents slice has a nil element.
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

// Error returns "agent <ID> failed: " and the agent's own error.
func (e *AgentError) Error() string { return fmt.Sprintf("agent %s failed: %v", e.AgentID, e.Err) }

// Unwrap returns the agent's own error.
func (e *AgentError) Unwrap() error { return e.Err }

// PanicError is a recovered panic of an agent or a tool.
type PanicError struct {
	Value any
	// Stack is the stack of the goroutine that panicked, as debug.Stack returns it.
	Stack []byte
}

// Error returns the panic value, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the panic value if it is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
