package scenariotest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/mocks/openai"
	"github.com/watertight-go/watertight/scenarios"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/watertight-go/watertight/scenarios/scenariotest.leaked"))
}

func TestReference(t *testing.T) {
	Test(t, func(c executor.Config) executor.ParallelExecutor {
		r, err := executor.New(c)
		if err != nil {
			panic(err)
		}
		return r
	}, OverWire(openai.Serve, openai.Connect))
}

// The reference keeps the contract under each of its policies, in scenarios that
// were written with another in mind.
func TestReferenceUnderOnePolicy(t *testing.T) {
	for _, p := range []executor.Policy{executor.FailFast, executor.CollectErrors} {
		t.Run(string(p), func(t *testing.T) {
			TestSpec(t, executor.Spec{Name: "reference", Policy: p, New: func(c executor.Config) (executor.ParallelExecutor, error) {
				return executor.New(c)
			}})
		})
	}
}

// A fan-out that is right but for what it accepts passes, in each shape that
// package adapt takes. That one that is wrong fails, TestStranger shows.
func TestAdapted(t *testing.T) {
	accepted := []Option{WaitsForIgnoring("planted"), LetsPanicsThrough("planted"), Claims(executor.Joins)}
	text := func(s string) string { return s }
	for name, spec := range map[string]executor.Spec{
		"Func": adapt.Func(func(ctx context.Context, n int, do func(context.Context, int) error) error {
			return forEach(ctx, indexes(n), do)
		}),
		"Each":  adapt.Each(forEach),
		"Tasks": adapt.Tasks(collect),
		"Map": adapt.Map(func(ctx context.Context, items []int, do func(context.Context, int) (string, error)) ([]string, error) {
			out := make([]string, len(items))
			return out, forEach(ctx, items, func(ctx context.Context, i int) (err error) {
				out[i], err = do(ctx, i)
				return err
			})
		}, func(i int) int { return i }, text, text),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "Tasks" {
				TestSpec(t, spec, append(accepted, Policy(executor.CollectErrors))...)
				return
			}
			TestSpec(t, spec, accepted...)
		})
	}
}

func indexes(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// errExited is the error of a task that ended its goroutine.
var errExited = errors.New("the task ended its goroutine")

// forEach cancels the other tasks at the first error.
func forEach[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Go(func() {
			if ctx.Err() != nil {
				return
			}
			err := errExited
			defer func() {
				if err != nil {
					cancel(err)
				}
			}()
			err = do(ctx, item)
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// collect waits for all tasks and returns all errors.
func collect[R any](ctx context.Context, tasks []func(context.Context) (R, error)) ([]R, error) {
	var wg sync.WaitGroup
	out, errs := make([]R, len(tasks)), make([]error, len(tasks))
	for i, task := range tasks {
		if errs[i] = ctx.Err(); errs[i] == nil {
			errs[i] = errExited
			wg.Go(func() { out[i], errs[i] = task(ctx) })
		}
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

// ordinary is a suite without a child of its own, for one cell in a subtest.
func ordinary(t *testing.T, spec executor.Spec) *suite {
	t.Helper()
	u := &suite{name: t.Name(), ordinal: ordinalOf(t), spec: spec}
	if c := servedCall(); c != nil {
		if c.Test == u.name && c.Ordinal == u.ordinal {
			serve(t, spec, u.opts)
		}
	}
	t.Cleanup(u.close)
	return u
}

// status runs the executor in a scenario and returns what clause c came to.
func (u *suite) status(t *testing.T, s scenarios.Scenario, c executor.Clause) scenarios.ClauseResult {
	t.Helper()
	cell, err := u.run(t, s)
	require.NoError(t, err)
	for _, r := range cell.Verdict.Clauses {
		if r.Clause == c {
			return r
		}
	}
	require.Failf(t, "clause not judged", "%v in %s: %+v", c, s.Name, cell.Verdict)
	return scenarios.ClauseResult{}
}

// Agents that never let go need a process of their own.
func TestInProcessLeavesOutWhatHangsForEver(t *testing.T) {
	s, err := scenarios.Lookup("hang-forever")
	require.NoError(t, err)
	require.True(t, s.Forever())
	u := &suite{opts: options{inProcess: true}}
	_, err = u.observe(t, s)
	require.ErrorIs(t, err, errNotRun)
	require.ErrorContains(t, err, "for ever")
}
