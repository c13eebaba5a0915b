package main

import (
	"context"

	"github.com/alitto/pond/v2"

	"github.com/watertight-go/watertight/executor"
)

// pondPool is one result pool without a limit, and for each call a group with the
// caller's context.
type pondPool struct {
	peer
	pool pond.ResultPool[*executor.AgentResponse]
}

func newPond(c executor.Config) (executor.ParallelExecutor, error) {
	p, err := newPeer(c)
	return pondPool{p, pond.NewResultPool[*executor.AgentResponse](0)}, err
}

func (e pondPool) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	group := e.pool.NewGroupContext(ctx)
	for _, a := range agents {
		group.SubmitErr(func() (*executor.AgentResponse, error) { return e.call(ctx, a, input) })
	}
	responses, err := group.Wait()
	return byID(agents, responses), err
}

// Close stops the pool.
func (e pondPool) Close() error {
	e.pool.StopAndWait()
	return nil
}
