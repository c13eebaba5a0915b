package exhibits

import (
	"context"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// waitGroup is the original. Comparisons call it "before".
type waitGroup struct{ exhibit }

// NewWaitGroup returns the original executor: one goroutine per agent under a
// sync.WaitGroup, a context.WithTimeout for each, and buffered channels that are
// read when all agents have returned.
//
// Its weaknesses: wg.Wait obeys no context. So the call takes as long as the
// slowest agent or tool, in spite of AgentTimeout and a cancellation. Tool calls
// go on after the context is done. A panic of an agent ends the process.
//
// The error is that of executor.Config.WithDefaults.
func NewWaitGroup(c executor.Config) (executor.ParallelExecutor, error) {
	x, err := newExhibit(c)
	if err != nil {
		return nil, err
	}
	return &waitGroup{x}, nil
}

// ExecuteParallel implements executor.ParallelExecutor.
func (w *waitGroup) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	var wg sync.WaitGroup
	responses := make(chan *executor.AgentResponse, len(agents))
	errs := make(chan error, len(agents))
	for _, agent := range agents {
		wg.Add(1)
		go func() {
			defer wg.Done()
			agentCtx, cancel := context.WithTimeout(ctx, w.timeout)
			defer cancel()
			response, err := w.runner.ExecuteAgent(agentCtx, agent, input, w.history)
			if err != nil {
				errs <- &executor.AgentError{AgentID: agent.ID, Err: err}
				return
			}
			if len(response.ToolCalls) > 0 {
				response.ToolResults = w.executeCalls(agentCtx, agent, response.ToolCalls)
			}
			responses <- response
		}()
	}
	wg.Wait()
	close(responses)
	close(errs)
	return collect(responses, errs)
}
