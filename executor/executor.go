// Package executor runs a fan-out of agents, each a slow, hanging or failing
// call, and returns what they answered.
//
// It holds the contract (Clauses), five executors behind one interface, and
// the agent types. Four executors are exhibits: they reproduce patterns found
// in the field with their weaknesses, so that a harness has something true to
// measure. Reference is the one to use.
//
// The package starts goroutines and bounds them; it does not retry, rate-limit
// or log, and it cannot stop an agent that ignores its context: nothing in Go can.
package executor

import "context"

// ParallelExecutor runs all agents on one input and returns the responses by
// agent ID. Which clauses of the contract an implementation keeps is a matter
// of measurement, not of its type.
type ParallelExecutor interface {
	ExecuteParallel(ctx context.Context, input string, agents []*Agent) (map[string]*AgentResponse, error)
}

// Runner makes the call of one agent, as an LLM client or an RPC stub does.
// It is called from many goroutines at once. A Runner should return soon after
// ctx is done; an executor worth its name survives one that does not.
type Runner interface {
	ExecuteAgent(ctx context.Context, agent *Agent, input string, history []Message) (*AgentResponse, error)
}

// Agent is one member of the crew. Executors read it and never write it.
type Agent struct {
	// ID names the agent in results, errors and breaker state. It must not be
	// empty, and must be unique within one call.
	ID string
	// Name is for people.
	Name string
	// Tools are what the agent's response may ask to be called.
	Tools []Tool
}

// Tool is a function that an agent's response may ask for.
type Tool struct {
	Name string
	// Handler does the work. args is what the model wrote, usually JSON.
	Handler func(ctx context.Context, args string) (string, error)
}

// Message is one turn of the conversation before this call.
type Message struct {
	Role, Content string
}

// ToolCall is a response's request to run a tool.
type ToolCall struct {
	// ID ties the call to its ToolResult.
	ID string
	// Name is that of one of the agent's Tools.
	Name string
	Args string
}

// ToolResult is what became of one ToolCall.
type ToolResult struct {
	CallID, Name, Content string
	// Err is nil where the tool returned in time and without an error.
	Err error
}

// AgentResponse is what one agent answered. ToolResults has one entry for each
// of ToolCalls that the executor handled, in their order.
type AgentResponse struct {
	AgentID, AgentName, Content string
	ToolCalls                   []ToolCall
	ToolResults                 []ToolResult
}
