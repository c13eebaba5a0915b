package observe_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// forwarding gives its agents a context of their own, to which another goroutine
// forwards the caller's cancellation a moment later. It returns at once.
type forwarding struct{ runner executor.Runner }

func (f forwarding) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() {
		for range 1000 { // let the caller look first
			runtime.Gosched()
		}
		cancel()
	})
	for _, a := range agents {
		go func() { _, _ = f.runner.ExecuteAgent(own, a, input, nil) }()
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

// Contexts are read when the cancellation has reached all of them, and not at the
// moment of the return.
func TestContextsAreReadAfterThePropagation(t *testing.T) {
	s := scenarios.Scenario{
		Name: "s", Agents: []scenarios.Agent{{ID: "a", Fault: mocks.Hang()}, {ID: "b", Fault: mocks.Hang()}},
		Caller: scenarios.Caller{CancelAfter: 1}, Load: scenarios.Load{Requests: 12, Sequential: true},
	}
	spec := executor.Spec{Name: "forwarding", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		return forwarding{c.Runner}, nil
	}}
	o, err := observe.InBubble(t, s, spec, observe.Options{})
	require.NoError(t, err)
	require.Len(t, o.Calls, 12)
	for _, c := range o.Calls {
		for _, a := range c.Agents {
			require.False(t, a.Open, "request %d: agent %s", c.Index, a.ID)
		}
	}
}
