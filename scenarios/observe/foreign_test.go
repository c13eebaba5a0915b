package observe

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// A context of a foreign type keeps a goroutine for each that is derived from
// it and not cancelled, and none for those that are.
func TestForeignContext(t *testing.T) {
	s, err := scenarios.Lookup("foreign-context")
	require.NoError(t, err)
	for name, leaks := range map[string]bool{"leaky": true, "tidy": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &derives{leaks: leaks}
				spec := executor.Spec{Name: name, New: func(c executor.Config) (executor.ParallelExecutor, error) {
					var err error
					d.ParallelExecutor, err = executor.New(c)
					return d, err
				}}
				o, err := Run(t.Context(), s, spec, Options{Clock: scenarios.VirtualClock})
				require.NoError(t, err)
				failed := slices.ContainsFunc(judge.Judge(s, o).Clauses, func(c scenarios.ClauseResult) bool {
					return c.Clause == executor.LeavesNothing && c.Status == scenarios.Fail
				})
				require.Equal(t, leaks, failed)
				d.cancel()
			})
		})
	}
}

// derives makes a context of the caller's, and cancels it at its end where it is tidy.
type derives struct {
	executor.ParallelExecutor
	leaks  bool
	cancel context.CancelFunc
}

func (d *derives) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	ctx, d.cancel = context.WithCancel(ctx)
	if !d.leaks {
		defer d.cancel()
	}
	return d.ParallelExecutor.ExecuteParallel(ctx, input, agents)
}
