package main

import (
	"context"
	"errors"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/timeout"

	"github.com/watertight-go/watertight/executor"
)

// releaseTimeout is how long a pool may take to end its idle workers.
const releaseTimeout = 10 * time.Second

// failsafeGo is a timeout policy and an asynchronous execution for each agent. The
// timeout is that of the library, in the context of the execution.
type failsafeGo struct {
	peer
	policy failsafe.Policy[*executor.AgentResponse]
}

func newFailsafe(c executor.Config) (executor.ParallelExecutor, error) {
	p, err := newPeer(c)
	return failsafeGo{p, timeout.New[*executor.AgentResponse](p.cfg.AgentTimeout)}, err
}

func (e failsafeGo) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	with := failsafe.With(e.policy).WithContext(ctx)
	results := make([]failsafe.ExecutionResult[*executor.AgentResponse], len(agents))
	for i, a := range agents {
		results[i] = with.GetAsyncWithExecution(func(exec failsafe.Execution[*executor.AgentResponse]) (*executor.AgentResponse, error) {
			return e.cfg.Runner.ExecuteAgent(exec.Context(), a, input, e.cfg.History)
		})
	}
	responses, errs := make([]*executor.AgentResponse, len(agents)), make([]error, len(agents))
	for i, r := range results {
		responses[i], errs[i] = r.Get()
	}
	return byID(agents, responses), errors.Join(errs...)
}
