package exhibits

import (
	"context"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// contextCheck keeps the WaitGroup and adds context checks.
type contextCheck struct{ exhibit }

// NewContextCheck returns the original with context checks added before an
// agent's call, after it, and between tool calls.
//
// Its weaknesses: a check only runs when the agent has returned, and wg.Wait still
// obeys no context. So an agent or a tool that ignores its context blocks the call
// as before. The check after the call drops an answer that came when the context
// was already done, although the caller waited for it. It also replaces the
// agent's own error with the context's.
//
// The error is that of executor.Config.WithDefaults.
func NewContextCheck(c executor.Config) (executor.ParallelExecutor, error) {
	x, err := newExhibit(c)
	if err != nil {
		return nil, err
	}
	return &contextCheck{x}, nil
}

// ExecuteParallel implements executor.ParallelExecutor.
func (c *contextCheck) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	var wg sync.WaitGroup
	responses := make(chan *executor.AgentResponse, len(agents))
	errs := make(chan error, len(agents))
	for _, agent := range agents {
		wg.Add(1)
		go func() {
			defer wg.Done()
			agentCtx, cancel := context.WithTimeout(ctx, c.timeout)
			defer cancel()
			response, err := c.executeAgent(agentCtx, agent, input)
			if err != nil {
				errs <- &executor.AgentError{AgentID: agent.ID, Err: err}
				return
			}
			if len(response.ToolCalls) > 0 {
				response.ToolResults = c.executeCallsChecked(agentCtx, agent, response.ToolCalls)
			}
			responses <- response
		}()
	}
	wg.Wait()
	close(responses)
	close(errs)
	return collect(responses, errs)
}

// executeAgent calls the agent between two checks of its context.
func (c *contextCheck) executeAgent(ctx context.Context, agent *executor.Agent, input string) (*executor.AgentResponse, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	response, err := c.runner.ExecuteAgent(ctx, agent, input, c.history)
	if ctxErr := ctx.Err(); ctxErr != nil {
		return nil, ctxErr
	}
	return response, err
}
