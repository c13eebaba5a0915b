// Package executor runs several agents in parallel and returns their answers.
// An agent is a call that may be slow, hang, fail or panic, such as a request to
// an LLM API.
//
// The package holds the agent types, the contract of a parallel executor
// (Clauses), and Reference, an executor that keeps the whole contract. Package
// exhibits holds executors that break it, package adapt makes an executor of any
// function that runs tasks in parallel.
//
// Reference bounds the goroutines that it starts. It does not retry, limit rates
// or log. It cannot stop an agent that ignores its context: nothing in Go can.
package executor

import "context"

// ParallelExecutor runs all agents on one input and returns their responses by
// agent ID. The interface does not promise that the contract is kept: package
// scenarios measures which clauses an implementation keeps.
type ParallelExecutor interface {
	ExecuteParallel(ctx context.Context, input string, agents []*Agent) (map[string]*AgentResponse, error)
}

// Runner makes the call of one agent, as an LLM client or an RPC stub does.
// Several goroutines call it at the same time. It should return soon after ctx
// is done. Reference also handles a Runner that does not.
type Runner interface {
	ExecuteAgent(ctx context.Context, agent *Agent, input string, history []Message) (*AgentResponse, error)
}

// Agent is what one call is made to. Executors read it and never write it.
type Agent struct {
	// ID identifies the agent in results, errors and circuit breakers. It must
	// not be empty, and must be unique within one call.
	ID string
	// Name is for display.
	Name string
	// Tools are the functions that the agent's response may ask for.
	Tools []Tool
}

// Tool is a function that an agent's response may ask for.
type Tool struct {
	Name string
	// Handler does the work. args is what the model wrote, usually JSON.
	Handler func(ctx context.Context, args string) (string, error)
}

// Message is one turn of the conversation that came before the call.
type Message struct {
	Role, Content string
}

// ToolCall is the request of a response to run a tool.
type ToolCall struct {
	// ID is repeated in ToolResult.CallID.
	ID string
	// Name is the name of one of the agent's Tools.
	Name string
	Args string
}

// ToolResult is the result of one ToolCall.
type ToolResult struct {
	CallID, Name, Content string
	// Err is nil if the tool returned in time and without an error.
	Err error
}

// AgentResponse is the answer of one agent. ToolResults has one entry for each of
// the ToolCalls, in the same order.
type AgentResponse struct {
	AgentID, AgentName, Content string
	ToolCalls                   []ToolCall
	ToolResults                 []ToolResult
}
