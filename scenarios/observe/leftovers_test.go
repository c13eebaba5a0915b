package observe

import (
	"context"
	"runtime/pprof"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/internal/bubble"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// besides is the reference that starts something else for each call.
type besides struct {
	executor.ParallelExecutor
	start func(context.Context)
}

func (b besides) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	b.start(ctx)
	return b.ParallelExecutor.ExecuteParallel(ctx, input, agents)
}

// starting is the spec of such an executor.
func starting(start func(context.Context)) executor.Spec {
	return executor.Spec{Name: "besides", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		next, err := executor.New(c)
		return besides{next, start}, err
	}}
}

// Planted on virtual time, with an innocent lookalike of each: goroutines that
// do not carry the cell's labels.
func TestLeftWithoutLabels(t *testing.T) {
	pool := func(open chan struct{}) func(context.Context) {
		return func(context.Context) {
			go pprof.Do(context.Background(), pprof.Labels("pool", "x"), func(context.Context) { <-open })
		}
	}
	expired := func(told chan struct{}) func(context.Context) {
		return func(ctx context.Context) {
			ctx, cancel := context.WithTimeout(ctx, msec)
			context.AfterFunc(ctx, func() {
				defer cancel()
				told <- struct{}{}
			})
		}
	}
	timer := func(told chan struct{}) func(context.Context) {
		return func(context.Context) { time.AfterFunc(msec, func() { told <- struct{}{} }) }
	}
	s, err := scenarios.Lookup("normal")
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		start func(chan struct{}) func(context.Context)
		let   func(chan struct{}) // ends what was started
	}{
		"a worker with labels of its own": {pool, func(c chan struct{}) { close(c) }},
		"a callback of a context":         {expired, func(c chan struct{}) { <-c }},
		"a callback of a timer":           {timer, func(c chan struct{}) { <-c }},
	} {
		for _, leaks := range []bool{true, false} {
			t.Run(map[bool]string{true: name, false: name + " that ends"}[leaks], func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					nobody := make(chan struct{})
					if !leaks {
						go func() { // before the base, and beside the calls
							time.Sleep(2 * msec)
							tt.let(nobody)
						}()
					}
					o, err := Run(t.Context(), s, starting(tt.start(nobody)), Options{Clock: scenarios.VirtualClock})
					if leaks {
						tt.let(nobody)
					}
					require.NoError(t, err)
					got := clause(t, judge.Judge(s, o), executor.LeavesNothing)
					require.Equal(t, map[bool]scenarios.Status{true: scenarios.Fail, false: scenarios.Pass}[leaks], got.Status, "%+v", got)
					require.Equal(t, map[bool]int{true: 1, false: 0}[leaks], o.Released.ByExecutor, "%+v", o.Released.Leak)
				})
			})
		}
	}
}

// leftForGood blocks for ever. It is named so that TestMain can excuse it.
func leftForGood() { select {} }

// Innocent: a worker that is started with the executor keeps the bubble from
// ending, but was there before the first request.
func TestBubbleKeepsWhatWasBuilt(t *testing.T) {
	s, err := scenarios.Lookup("normal")
	require.NoError(t, err)
	spec := executor.Spec{Name: "pool", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		go leftForGood()
		return executor.New(c)
	}}
	o, err := InBubble(t, s, spec, Options{})
	require.NoError(t, err)
	require.Len(t, o.Warnings, 1)
	require.True(t, bubble.IsLeftByBuild(o.Warnings[0]), o.Warnings[0])
	require.Equal(t, scenarios.Pass, judge.Judge(s, o).Status(), "%+v", judge.Judge(s, o))
}
