package main

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
)

// errGroup is the "Parallel" example of errgroup's documentation: a slice of the
// right size, a goroutine for each task, the context of the group. (The executor
// "errgroup" of package exhibits is more: it has a map behind a mutex and runs
// tools.)
type errGroup struct{ peer }

func newErrGroup(c executor.Config) (executor.ParallelExecutor, error) {
	p, err := newPeer(c)
	return errGroup{p}, err
}

func (e errGroup) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	g, ctx := errgroup.WithContext(ctx)
	responses := make([]*executor.AgentResponse, len(agents))
	for i, a := range agents {
		g.Go(func() error {
			response, err := e.call(ctx, a, input)
			if err == nil {
				responses[i] = response
			}
			return err
		})
	}
	err := g.Wait()
	return byID(agents, responses), err
}
