package exhibits

import (
	"context"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// contextCheck is option 1 of the analysis.
type contextCheck struct{ exhibit }

// NewContextCheck returns the original with context checks added, and nothing
// else: before an agent's call, after it, and between tool calls.
//
// What to measure: a check runs only when the agent gives control back, and
// wg.Wait still obeys no context, so an agent or a tool that ignores its
// context holds the call as it did before; the check after the call drops an
// answer that came with the context already done, though the caller waited for
// it, and puts the context's error in place of the agent's own.
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

// executeAgent is the agent's call between two checks of its context.
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
