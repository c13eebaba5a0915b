package main

import (
	"context"

	"github.com/sourcegraph/conc/pool"

	"github.com/watertight-go/watertight/executor"
)

// conc is a result pool with a context for each call. One can wait for a pool of
// conc only once, and its documentation says that a new pool is cheap.
type conc struct{ peer }

func newConc(c executor.Config) (executor.ParallelExecutor, error) {
	p, err := newPeer(c)
	return conc{p}, err
}

// answered is a response with the ID of its agent, because the results of conc have
// no order.
type answered struct {
	id       string
	response *executor.AgentResponse
}

func (e conc) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	p := pool.NewWithResults[answered]().WithContext(ctx)
	for _, a := range agents {
		p.Go(func(ctx context.Context) (answered, error) {
			response, err := e.call(ctx, a, input)
			return answered{a.ID, response}, err
		})
	}
	results, err := p.Wait()
	out := make(map[string]*executor.AgentResponse, len(agents))
	for _, r := range results {
		out[r.id] = r.response
	}
	return out, err
}
