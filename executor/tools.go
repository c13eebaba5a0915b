package executor

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// runTools makes the response's tool calls in order, and returns a copy of the
// response with their results. It copies because a Runner may return the same
// response to several calls. Once ctx is done it starts no further tool; the
// results of those say ErrNotStarted.
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

// toolRun is one tool call on a goroutine of its own. So a tool that ignores its
// context costs its own result and not the agent's response.
type toolRun struct {
	seal
	content string
	err     error
	ended   chan struct{}
}

// runTool waits for the tool for ToolTimeout, and for half of Grace after the end
// of its context. The other half is for the agent to return its response.
func (r *Reference) runTool(ctx context.Context, agent *Agent, tool *Tool, call ToolCall) (string, error) {
	key := key{agent: agent.ID, tool: tool.Name}
	trial, err := r.breakers.admit(key)
	if err != nil {
		return "", err
	}
	ctx, stop := context.WithTimeout(ctx, r.cfg.ToolTimeout)
	defer stop()
	run := &toolRun{ended: make(chan struct{})}
	run.trial = trial
	started := time.Now()
	go r.toolWork(ctx, key, run, tool, call.Args)

	if run.wait(ctx, r.cfg.Grace/2) {
		return run.content, run.err
	}
	stuckAt := started.Add(r.cfg.ToolTimeout + r.cfg.Grace/2)
	if !r.breakers.abandon(key, &run.seal, started, stuckAt) {
		<-run.ended // the tool finished between wait and abandon
		return run.content, run.err
	}
	return "", fmt.Errorf("%w: %w", ErrAbandoned, causeOf(ctx))
}

// wait returns whether the tool ended before ctx was done and grace was over.
func (t *toolRun) wait(ctx context.Context, grace time.Duration) (ended bool) {
	select {
	case <-t.ended:
		return true
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-t.ended:
		return true
	case <-timer.C:
		return false
	}
}

// toolWork is the body of a tool's goroutine.
func (r *Reference) toolWork(ctx context.Context, k key, run *toolRun, tool *Tool, args string) {
	if run.state.Load() == slotAbandoned {
		r.breakers.returned(&run.seal) // given up before it began
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
			r.breakers.inTime(k, run.trial, resultOf(err))
			close(run.ended)
			return
		}
		run.content, run.err = "", nil
		r.breakers.returned(&run.seal)
	}()
	content, err = tool.Handler(ctx, args)
}
