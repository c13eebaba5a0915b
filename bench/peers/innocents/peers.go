package innocents

import (
	"context"
	"sync"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/semaphore"

	"github.com/watertight-go/watertight/executor"
)

// shown is what the peers share: the agents' timeout, the call of an agent and then
// its tools, and the map of results. It recovers and bounds nothing: that is left to
// the library.
type shown struct {
	executor.Config
	run method
}

// method runs all agents with call, as the documentation of a library shows.
type method func(ctx context.Context, c executor.Config, agents []*executor.Agent, call agentCall) ([]*executor.AgentResponse, error)

// agentCall calls one agent and then its tools.
type agentCall func(context.Context, *executor.Agent) (*executor.AgentResponse, error)

// ExecuteParallel implements executor.ParallelExecutor.
func (s shown) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	responses, err := s.run(ctx, s.Config, agents, func(ctx context.Context, a *executor.Agent) (*executor.AgentResponse, error) {
		return s.callAgent(ctx, a, input)
	})
	results := map[string]*executor.AgentResponse{}
	for _, r := range responses {
		if r != nil {
			results[r.AgentID] = r
		}
	}
	if len(results) > 0 {
		return results, nil
	}
	return results, err
}

func (s shown) callAgent(ctx context.Context, a *executor.Agent, input string) (*executor.AgentResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, s.AgentTimeout)
	defer cancel()
	r, err := s.Runner.ExecuteAgent(ctx, a, input, s.History)
	if err != nil {
		return nil, err
	}
	for _, call := range r.ToolCalls {
		for _, tool := range a.Tools {
			if tool.Name == call.Name {
				content, err := tool.Handler(ctx, call.Args)
				r.ToolResults = append(r.ToolResults, executor.ToolResult{CallID: call.ID, Name: call.Name, Content: content, Err: err})
			}
		}
	}
	return r, nil
}

func asShown(run method) func(executor.Config) (executor.ParallelExecutor, error) {
	return func(c executor.Config) (executor.ParallelExecutor, error) {
		c, err := c.WithDefaults()
		return shown{c, run}, err
	}
}

var newConc = asShown(func(ctx context.Context, c executor.Config, agents []*executor.Agent, call agentCall) ([]*executor.AgentResponse, error) {
	p := pool.NewWithResults[*executor.AgentResponse]().WithContext(ctx)
	if c.Limit > 0 {
		p = p.WithMaxGoroutines(c.Limit)
	}
	for _, a := range agents {
		p.Go(func(ctx context.Context) (*executor.AgentResponse, error) { return call(ctx, a) })
	}
	return p.Wait()
})

var newPond = asShown(func(ctx context.Context, c executor.Config, agents []*executor.Agent, call agentCall) ([]*executor.AgentResponse, error) {
	if len(agents) == 0 {
		return nil, nil
	}
	p := pond.NewResultPool[*executor.AgentResponse](places(len(agents), c.Limit))
	defer p.StopAndWait()
	g := p.NewGroupContext(ctx)
	for _, a := range agents {
		g.SubmitErr(func() (*executor.AgentResponse, error) { return call(ctx, a) })
	}
	return g.Wait()
})

var newAnts = asShown(func(ctx context.Context, c executor.Config, agents []*executor.Agent, call agentCall) ([]*executor.AgentResponse, error) {
	if len(agents) == 0 {
		return nil, nil
	}
	p, err := ants.NewPool(places(len(agents), c.Limit))
	if err != nil {
		return nil, err
	}
	defer p.Release()
	var f collected
	for _, a := range agents {
		f.wg.Add(1)
		if err := p.Submit(func() {
			defer f.wg.Done()
			f.add(call(ctx, a))
		}); err != nil {
			f.wg.Done()
		}
	}
	f.wg.Wait()
	return f.responses, f.err
})

var newSemaphore = asShown(func(ctx context.Context, c executor.Config, agents []*executor.Agent, call agentCall) ([]*executor.AgentResponse, error) {
	sem := semaphore.NewWeighted(int64(max(1, places(len(agents), c.Limit))))
	var f collected
	for _, a := range agents {
		if err := sem.Acquire(ctx, 1); err != nil {
			f.add(nil, err)
			break
		}
		f.wg.Go(func() {
			defer sem.Release(1)
			f.add(call(ctx, a))
		})
	}
	f.wg.Wait()
	return f.responses, f.err
})

// collected has the responses and the first error.
type collected struct {
	wg        sync.WaitGroup
	mu        sync.Mutex
	responses []*executor.AgentResponse
	err       error
}

func (f *collected) add(r *executor.AgentResponse, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		f.responses = append(f.responses, r)
	} else if f.err == nil {
		f.err = err
	}
}
