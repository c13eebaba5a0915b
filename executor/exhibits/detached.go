package exhibits

import (
	"context"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// detached has one more goroutine per agent, with a select on the agent's timeout.
type detached struct{ exhibit }

// NewDetached returns the executor with two goroutines per agent. The second one
// calls the agent, while the first one waits, in a select, for the answer or for
// the end of the agent's context. Tools run after the select, on the first goroutine.
//
// Its weaknesses: it needs twice the goroutines. The caller need not wait, but the
// second goroutine stays until the agent returns, and nothing counts or bounds
// these goroutines. An answer that comes at the same time as the end of the
// context may be lost in the select. A tool that ignores its context still blocks
// the call. A panic in the second goroutine ends the process.
//
// The error is that of executor.Config.WithDefaults.
func NewDetached(c executor.Config) (executor.ParallelExecutor, error) {
	x, err := newExhibit(c)
	if err != nil {
		return nil, err
	}
	return &detached{x}, nil
}

// ExecuteParallel implements executor.ParallelExecutor.
func (d *detached) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	var wg sync.WaitGroup
	responses := make(chan *executor.AgentResponse, len(agents))
	errs := make(chan error, len(agents))
	for _, agent := range agents {
		wg.Add(1)
		go func() {
			defer wg.Done()
			agentCtx, cancel := context.WithTimeout(ctx, d.timeout)
			defer cancel()
			response, err := d.executeAgent(agentCtx, agent, input)
			if err != nil {
				errs <- &executor.AgentError{AgentID: agent.ID, Err: err}
				return
			}
			if len(response.ToolCalls) > 0 {
				response.ToolResults = d.executeCallsChecked(agentCtx, agent, response.ToolCalls)
			}
			responses <- response
		}()
	}
	wg.Wait()
	close(responses)
	close(errs)
	return collect(responses, errs)
}

// executeAgent calls the agent on a goroutine of its own, and stops waiting for it
// when ctx is done. The channel has a buffer for the answer, so that the goroutine of
// a late agent can send it and end.
func (d *detached) executeAgent(ctx context.Context, agent *executor.Agent, input string) (*executor.AgentResponse, error) {
	type answer struct {
		response *executor.AgentResponse
		err      error
	}
	done := make(chan answer, 1)
	go func() {
		response, err := d.runner.ExecuteAgent(ctx, agent, input, d.history)
		done <- answer{response, err}
	}()
	select {
	case a := <-done:
		return a.response, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
