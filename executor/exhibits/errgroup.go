package exhibits

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
)

// errGroup is option 3 of the analysis, the fix that it proposes.
type errGroup struct{ exhibit }

// NewErrGroup returns the executor with errgroup.WithContext in place of the
// WaitGroup, to the letter of the proposal: agents run under the group's
// context, return their error from g.Go, and put responses into a map behind a
// mutex.
//
// What to measure: the first error cancels the group's context and with it the
// healthy siblings, whose answers the original would have returned; g.Wait is a
// WaitGroup's Wait and obeys no context, so an agent or a tool that ignores its
// context holds the call; the group catches no panic, and a goroutine that ends
// with runtime.Goexit is neither an error nor a cancellation.
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
