package exhibits

import (
	"context"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// exhibit is what the four exhibits share: the configuration that the original
// had, its tool loop, and how it collected what the agents sent.
//
// The exhibits follow the pattern they are named after, not the contract.
// They hand the same history slice to every agent, file a response under the
// AgentID that it carries, and catch no panic. Config.ToolTimeout, Grace,
// Limit, the stuck-call bounds and Policy do not reach them.
type exhibit struct {
	runner  executor.Runner
	timeout time.Duration
	history []executor.Message
}

// newExhibit takes from c what the exhibits use.
func newExhibit(c executor.Config) (exhibit, error) {
	c, err := c.WithDefaults()
	if err != nil {
		return exhibit{}, err
	}
	return exhibit{runner: c.Runner, timeout: c.AgentTimeout, history: c.History}, nil
}

// executeCalls runs the tool calls in order on the calling goroutine, each with
// the agent's own context and no time of its own. As in the original, nothing
// looks at ctx between calls.
func (x exhibit) executeCalls(ctx context.Context, agent *executor.Agent, calls []executor.ToolCall) []executor.ToolResult {
	results := make([]executor.ToolResult, 0, len(calls))
	for _, call := range calls {
		results = append(results, executeCall(ctx, agent, call))
	}
	return results
}

// executeCallsChecked is executeCalls with the check that the options add: once
// ctx is done, the calls that remain are not made and carry ctx.Err().
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

// executeCall makes one tool call. An unknown or a failing tool is the result's
// error, never the agent's.
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

// collect empties two closed channels as the original did: with at least one
// response the responses and a nil error, with none the first error that
// arrived, with nothing at all an empty map.
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
