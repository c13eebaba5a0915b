package scenariotest_test

import (
	"context"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/mocks/openai"
	"github.com/watertight-go/watertight/scenarios/scenariotest"
)

// In a test file of your own, with an executor of agents.
func ExampleTest() {
	_ = func(t *testing.T) {
		scenariotest.Test(t, func(c executor.Config) executor.ParallelExecutor {
			r, err := executor.New(c)
			if err != nil {
				panic(err)
			}
			return r
		}, scenariotest.OverWire(openai.Serve, openai.Connect))
	}
}

// In a test file of your own, with any fan-out.
func ExampleTestSpec() {
	forEach := func(ctx context.Context, n int, do func(context.Context, int) error) error {
		g, ctx := errgroup.WithContext(ctx)
		for i := range n {
			g.Go(func() error { return do(ctx, i) })
		}
		return g.Wait()
	}
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.Func(forEach),
			scenariotest.Policy(executor.FailFast),
			scenariotest.WaitsForIgnoring("our tasks all honour their context"),
			scenariotest.LetsPanicsThrough("a panic is a bug, and must be seen"))
	}
}
