package executor

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// runTools makes the response's tool calls in order and returns a copy of the
// response with their results: a Runner may hand out one response to many calls.
// Once ctx is done no further tool is started; what did not run says so.
func (r *Reference) runTools(ctx context.Context, agent *Agent, response *AgentResponse) *AgentResponse {
	out := *response
	out.ToolResults = make([]ToolResult, 0, len(response.ToolCalls))
	for _, call := range response.ToolCalls {
		result := ToolResult{CallID: call.ID, Name: call.Name}
		if ctx.Err() != nil {
			result.Err = fmt.Errorf("%w: %w", ErrNotStarted, causeOf(ctx))
		} else if tool := findTool(agent.Tools, call.Name); tool == nil {
			result.Err = fmt.Errorf("%w: %q", ErrUnknownTool, call.Name)
		} else {
			result.Content, result.Err = r.runTool(ctx, agent, tool, call)
		}
		out.ToolResults = append(out.ToolResults, result)
	}
	return &out
}

func findTool(tools []Tool, name string) *Tool {
	for i := range tools {
		if tools[i].Name == name {
			return &tools[i]
		}
	}
	return nil
}

// toolRun is one tool call on a goroutine of its own, so that a tool that
// ignores its context costs its own result and not the agent's response.
type toolRun struct {
	seal
	content string
	err     error
	ended   chan struct{}
}

// runTool waits for the tool for ToolTimeout, and after the end of its context
// for half of Grace: the other half is for the agent to hand in its response.
func (r *Reference) runTool(ctx context.Context, agent *Agent, tool *Tool, call ToolCall) (string, error) {
	key := key{agent: agent.ID, tool: tool.Name}
	p, err := r.stuck.admit(key)
	if err != nil {
		return "", err
	}
	ctx, stop := context.WithTimeout(ctx, r.cfg.ToolTimeout)
	defer stop()
	run := &toolRun{ended: make(chan struct{})}
	run.late = p
	started := time.Now()
	go r.toolWork(ctx, key, run, tool, call.Args)

	select {
	case <-run.ended:
		return run.content, run.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(r.cfg.Grace / 2)
	defer timer.Stop()
	select {
	case <-run.ended:
		return run.content, run.err
	case <-timer.C:
	}
	if !r.stuck.abandon(key, &run.seal, started, r.cfg.ToolTimeout+r.cfg.Grace/2) {
		<-run.ended // it finished between the two
		return run.content, run.err
	}
	return "", fmt.Errorf("%w: %w", ErrAbandoned, causeOf(ctx))
}

// toolWork is the body of a tool's goroutine.
func (r *Reference) toolWork(ctx context.Context, k key, run *toolRun, tool *Tool, args string) {
	if run.state.Load() == sealed {
		r.stuck.returned(&run.seal) // given up before it began
		return
	}
	var content string
	err := ErrGoexit
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
		run.content, run.err = content, err
		if run.finish() {
			r.stuck.landed(k, run.late, err == nil)
			close(run.ended)
			return
		}
		run.content, run.err = "", nil
		r.stuck.returned(&run.seal)
	}()
	content, err = tool.Handler(ctx, args)
}
