package exhibits

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
)

// errGroup is the fix that was proposed: errgroup.WithContext.
type errGroup struct{ exhibit }

// NewErrGroup returns the executor with errgroup.WithContext in place of the
// WaitGroup, exactly as it was proposed: agents run under the group's context,
// return their error from g.Go, and store their responses in a map with a mutex.
//
// Its weaknesses: the first error cancels the group's context, and so the other
// agents, whose answers the original would have returned. g.Wait is the Wait of a
// WaitGroup and obeys no context. So an agent or a tool that ignores its context
// blocks the call. The group recovers no panic. A goroutine that ends with
// runtime.Goexit causes neither an error nor a cancellation.
//
// The error is that of executor.Config.WithDefaults.
func NewErrGroup(c executor.Config) (executor.ParallelExecutor, error) {
	x, err := newExhibit(c)
	if err != nil {
		return nil, err
	}
	return &errGroup{x}, nil
}

// ExecuteParallel implements executor.ParallelExecutor.
func (e *errGroup) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	g, gctx := errgroup.WithContext(ctx)
	var mu sync.Mutex
	results := make(map[string]*executor.AgentResponse)
	for _, agent := range agents {
		g.Go(func() error {
			agentCtx, cancel := context.WithTimeout(gctx, e.timeout)
			defer cancel()
			response, err := e.runner.ExecuteAgent(agentCtx, agent, input, e.history)
			if err != nil {
				return &executor.AgentError{AgentID: agent.ID, Err: err}
			}
			if len(response.ToolCalls) > 0 {
				response.ToolResults = e.executeCallsChecked(agentCtx, agent, response.ToolCalls)
			}
			mu.Lock()
			results[response.AgentID] = response
			mu.Unlock()
			return nil
		})
	}
	err := g.Wait()
	if len(results) == 0 && err != nil {
		return nil, err
	}
	return results, nil
}
