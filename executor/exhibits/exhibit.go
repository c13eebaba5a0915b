package exhibits

import (
	"context"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// exhibit is what the four exhibits share: the configuration of the original, its
// loop over the tool calls, and how it collected the responses and errors.
//
// The exhibits follow the pattern that they are named after, not the contract.
// They pass the same history slice to every agent, store a response under the
// AgentID that it contains, and recover no panic. They ignore ToolTimeout, Grace,
// Limit, Policy and the bounds on stuck calls of executor.Config.
type exhibit struct {
	runner  executor.Runner
	timeout time.Duration
	history []executor.Message
}

// newExhibit keeps the fields of c that the exhibits use.
func newExhibit(c executor.Config) (exhibit, error) {
	c, err := c.WithDefaults()
	if err != nil {
		return exhibit{}, err
	}
	return exhibit{runner: c.Runner, timeout: c.AgentTimeout, history: c.History}, nil
}

// executeCalls runs the tool calls in order on the calling goroutine. Each has the
// agent's context and no timeout of its own. As in the original, ctx is not
// checked between calls.
func (x exhibit) executeCalls(ctx context.Context, agent *executor.Agent, calls []executor.ToolCall) []executor.ToolResult {
	results := make([]executor.ToolResult, 0, len(calls))
	for _, call := range calls {
		results = append(results, executeCall(ctx, agent, call))
	}
	return results
}

// executeCallsChecked is executeCalls with the check that the three options add:
// once ctx is done no further call is made, and the results have ctx.Err().
func (x exhibit) executeCallsChecked(ctx context.Context, agent *executor.Agent, calls []executor.ToolCall) []executor.ToolResult {
	results := make([]executor.ToolResult, 0, len(calls))
	for _, call := range calls {
		if err := ctx.Err(); err != nil {
			results = append(results, executor.ToolResult{CallID: call.ID, Name: call.Name, Err: err})
			continue
		}
		results = append(results, executeCall(ctx, agent, call))
	}
	return results
}

// executeCall makes one tool call. If the tool is unknown or fails, the result
// has the error and the agent does not fail.
func executeCall(ctx context.Context, agent *executor.Agent, call executor.ToolCall) executor.ToolResult {
	result := executor.ToolResult{CallID: call.ID, Name: call.Name}
	for _, tool := range agent.Tools {
		if tool.Name == call.Name {
			result.Content, result.Err = tool.Handler(ctx, call.Args)
			return result
		}
	}
	result.Err = fmt.Errorf("tool %q of agent %s: %w", call.Name, agent.ID, executor.ErrUnknownTool)
	return result
}

// collect reads two closed channels as the original did. With at least one
// response it returns the responses and a nil error, with none the first error
// that arrived, and without either an empty map.
func collect(responses <-chan *executor.AgentResponse, errs <-chan error) (map[string]*executor.AgentResponse, error) {
	results := make(map[string]*executor.AgentResponse)
	for response := range responses {
		results[response.AgentID] = response
	}
	if len(results) > 0 {
		return results, nil
	}
	if err, ok := <-errs; ok {
		return nil, err
	}
	return results, nil
}
