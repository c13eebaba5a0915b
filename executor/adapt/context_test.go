package adapt_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// derived makes the context of a task. end is what the fan-out calls when it returns.
type derived func(ctx context.Context) (_ context.Context, end func())

func keepCancel(ctx context.Context, cancel context.CancelFunc) (context.Context, func()) {
	return ctx, func() { _ = cancel }
}

// The agent's context shows what the fan-out did with its own: when it ends, and whether
// it is done once the call is over.
func TestContextOfAnAgent(t *testing.T) {
	const minute = time.Minute
	for name, tt := range map[string]struct {
		derive derived
		own    time.Duration // Bounds.AgentTimeout
		left   time.Duration // until the deadline; zero: none
		done   bool          // when the call has returned
	}{
		"passed on":  {func(ctx context.Context) (context.Context, func()) { return ctx, func() {} }, 0, minute, true},
		"never done": {func(ctx context.Context) (context.Context, func()) { return context.WithoutCancel(ctx), func() {} }, 0, minute, true},
		"with a value": {func(ctx context.Context) (context.Context, func()) {
			return context.WithValue(ctx, minute, 1), func() {}
		}, 0, minute, true},
		"cancelled": {func(ctx context.Context) (context.Context, func()) {
			ctx, end := context.WithCancel(ctx)
			return ctx, end
		}, 0, minute, true},
		"forgotten": {func(ctx context.Context) (context.Context, func()) { return keepCancel(context.WithCancel(ctx)) }, 0, minute, false},
		"shorter": {func(ctx context.Context) (context.Context, func()) {
			return keepCancel(context.WithTimeout(ctx, minute/2))
		}, 0, minute / 2, false},
		"longer": {func(ctx context.Context) (context.Context, func()) {
			return keepCancel(context.WithTimeout(ctx, 2*minute))
		}, 0, minute, false},
		"own time": {func(ctx context.Context) (context.Context, func()) {
			ctx, end := context.WithTimeout(ctx, 2*minute)
			return ctx, end
		}, 2 * minute, 2 * minute, true},
		"own, none": {func(ctx context.Context) (context.Context, func()) { return ctx, func() {} }, 2 * minute, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, left := contextOfAgent(t, tt.derive, tt.own)
				require.Equal(t, tt.left, left)
				require.Equal(t, tt.done, ctx.Err() != nil, "done when the call has returned")
				time.Sleep(10 * minute)
				require.Error(t, ctx.Err(), "done in the end")
			})
		})
	}
}

// contextOfAgent is the context of an agent after its call has returned, and how long
// its deadline was away when the agent was called.
func contextOfAgent(t *testing.T, derive derived, own time.Duration) (got context.Context, left time.Duration) {
	t.Helper()
	spec := adapt.Configured(func(executor.Config) executor.Spec {
		s := adapt.Func(func(ctx context.Context, _ int, do func(context.Context, int) error) error {
			ctx, end := derive(ctx)
			defer end()
			return do(ctx, 0)
		})
		s.Bounds.AgentTimeout = own
		return s
	})
	caller, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	x := build(t, spec, executor.Config{AgentTimeout: time.Minute, Runner: runner(
		func(ctx context.Context, _ *executor.Agent, _ []executor.Message) (*executor.AgentResponse, error) {
			if until, ok := ctx.Deadline(); ok {
				left = time.Until(until)
			}
			got = ctx
			return &executor.AgentResponse{}, nil
		})})
	_, err := x.ExecuteParallel(caller, "in", agents("a"))
	require.NoError(t, err)
	require.NoError(t, caller.Err())
	return got, left
}

// A fan-out that times its tasks itself gets its context through as it is: no context of
// this package has to be cancelled first.
func TestContextWithATimeIsPassedAsItIs(t *testing.T) {
	var given, got context.Context
	x := build(t, adapt.Func(func(ctx context.Context, _ int, do func(context.Context, int) error) error {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		given = ctx
		return do(ctx, 0)
	}), executor.Config{AgentTimeout: time.Minute, Runner: runner(
		func(ctx context.Context, _ *executor.Agent, _ []executor.Message) (*executor.AgentResponse, error) {
			got = ctx
			return &executor.AgentResponse{}, nil
		})})
	_, err := x.ExecuteParallel(t.Context(), "in", agents("a"))
	require.NoError(t, err)
	require.True(t, given == got, "the same context")
}

func TestConfigured(t *testing.T) {
	var got []executor.Config
	spec := adapt.Configured(func(c executor.Config) executor.Spec {
		got = append(got, c)
		return adapt.Each(each)
	})
	require.Empty(t, got, "nothing is built before New")
	require.NotContains(t, spec.Lacks, executor.RespectsLimit)
	require.Contains(t, spec.Lacks, executor.Joins)
	for _, limit := range []int{2, 3} {
		build(t, spec, executor.Config{Limit: limit, AgentTimeout: time.Second, Runner: runner(answers)})
	}
	require.Len(t, got, 2)
	require.Equal(t, []int{2, 3}, []int{got[0].Limit, got[1].Limit})
	require.Equal(t, time.Second, got[1].AgentTimeout)
	require.Equal(t, executor.DefaultGrace, got[1].Grace)

	_, err := adapt.Configured(func(executor.Config) executor.Spec { return executor.Spec{} }).New(executor.Config{Runner: runner(answers)})
	require.ErrorContains(t, err, "build returned no executor")
}
