package main

import (
	"context"
	"errors"
	"sync"

	"github.com/panjf2000/ants/v2"

	"github.com/watertight-go/watertight/executor"
)

// antsPool is one pool of the default size, which is practically no limit, and a
// WaitGroup for each call, as in the library's examples. Its pools return no
// results.
type antsPool struct {
	peer
	pool *ants.Pool
}

func newAnts(c executor.Config) (executor.ParallelExecutor, error) {
	p, err := newPeer(c)
	if err != nil {
		return nil, err
	}
	pool, err := ants.NewPool(ants.DefaultAntsPoolSize)
	return antsPool{p, pool}, err
}

func (e antsPool) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	responses, errs := make([]*executor.AgentResponse, len(agents)), make([]error, len(agents))
	var wg sync.WaitGroup
	for i, a := range agents {
		wg.Add(1)
		err := e.pool.Submit(func() {
			defer wg.Done()
			responses[i], errs[i] = e.call(ctx, a, input)
		})
		if err != nil {
			errs[i] = err
			wg.Done()
		}
	}
	wg.Wait()
	return byID(agents, responses), errors.Join(errs...)
}

// Close ends the workers of the pool.
func (e antsPool) Close() error { return e.pool.ReleaseTimeout(releaseTimeout) }
