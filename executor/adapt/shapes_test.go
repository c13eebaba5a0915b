package adapt_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/internal/selftest"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

func TestMain(m *testing.M) {
	selftest.Child(executors())
	os.Exit(m.Run())
}

// right are correct fan-outs of the shapes that internal/innocents has no other for.
var right = map[string]executor.Spec{
	"Values":           adapt.Values(waitAll, same, same),
	"ByID":             adapt.ByID(fetchAll, same, same),
	"Group":            adapt.Group(errgroup.WithContext),
	"Group/no context": adapt.Group(func(ctx context.Context) (*errgroup.Group, context.Context) { return &errgroup.Group{}, ctx }),
	"Pool/context": adapt.Pool(func(ctx context.Context) (func(func(context.Context) error), func() error) {
		g, ctx := errgroup.WithContext(ctx)
		return func(task func(context.Context) error) { g.Go(func() error { return task(ctx) }) }, g.Wait
	}),
	"Pool/func": adapt.Pool(func(context.Context) (func(func()), func()) { g := &sync.WaitGroup{}; return g.Go, g.Wait }),
	"Pool/error": adapt.Pool(func(context.Context) (func(func() error), func() error) {
		g := &joining{}
		return g.Submit, g.Wait
	}),
	"Configured/group": adapt.Configured(func(c executor.Config) executor.Spec {
		return adapt.Group(func(ctx context.Context) (*errgroup.Group, context.Context) {
			g, ctx := errgroup.WithContext(ctx)
			if c.Limit > 0 {
				g.SetLimit(c.Limit)
			}
			return g, ctx
		})
	}),
}

// policies are those of right that are not executor.FailFast.
var policies = map[string]executor.Policy{
	"Values": executor.CollectErrors, "Pool/func": executor.CollectErrors, "Pool/error": executor.CollectErrors,
	"Group/no context": executor.FirstError,
}

// wrong are fan-outs with a defect, and what must find it.
var wrong = map[string]struct {
	spec     executor.Spec
	scenario string
	clause   executor.Clause
}{
	"Values/swapped": {adapt.Values(change(func(v []string) []string { v[0], v[1] = v[1], v[0]; return v }), same, same), "normal", executor.LosesNothing},
	"Unordered/lost": {adapt.Unordered(change(func(v []string) []string { return v[1:] }), same, same), "normal", executor.LosesNothing},
	"ByID/wrong ID": {adapt.ByID(func(ctx context.Context, ids []string, do func(context.Context, string) (string, error)) (map[string]string, error) {
		m, err := fetchAll(ctx, ids, do)
		m["x"] = m["a"]
		return m, err
	}, same, same), "normal", executor.LosesNothing},
	"Func/forgotten":    {adapt.Func(forgetsCancel), "normal", executor.Cancels},
	"Group/no wait":     {adapt.Group(func(ctx context.Context) (forgetful, context.Context) { return forgetful{}, ctx }), "normal", executor.LosesNothing},
	"Group/no error":    {adapt.Group(func(ctx context.Context) (*silent, context.Context) { return &silent{}, ctx }), "error", executor.PartialSuccess},
	"Pool/no wait":      {adapt.Pool(func(context.Context) (func(func()), func()) { return forgetful{}.Submit, func() {} }), "normal", executor.LosesNothing},
	"Pool/ignores ctx":  {adapt.Pool(func(context.Context) (func(func(context.Context) error), func() error) { return forgetsContext() }), "cancel", executor.ReturnsInTime},
	"Channel/unread":    {adapt.Channel(firstErrorOnly, same, func(p page) (string, error) { return p.body, p.err }), "partial-success", executor.LeavesNothing},
	"Configured/limit":  {adapt.Configured(func(executor.Config) executor.Spec { return adapt.Values(waitAll, same, same) }), "limit", executor.RespectsLimit},
	"Configured/timing": {adapt.Configured(saysItTimes), "hang-honouring", executor.ReturnsInTime},
}

func executors() (all []executor.Spec) {
	for name, s := range right {
		s.Name = name
		s.Policy = cmp.Or(policies[name], s.Policy)
		s.Waivers = append(judge.WaitsForIgnoring("its tasks obey their context"), judge.LetsPanicsThrough("a panic is a bug")...)
		for _, c := range []executor.Clause{executor.PartialSuccess, executor.Survives, executor.Cancels} {
			s.Waivers = append(s.Waivers, executor.Waiver{Clause: c, Scenarios: []string{"*goexit*"}, Reason: "errgroup takes a Goexit for a success"})
		}
		all = append(all, s)
	}
	for name, w := range wrong {
		w.spec.Name = name
		all = append(all, w.spec)
	}
	return all
}

// A correct fan-out of each shape passes the catalogue on virtual time. One with a defect
// is found.
func TestShapes(t *testing.T) {
	specs := executors()
	var tasks []selftest.Task
	for _, s := range specs {
		task := selftest.Task{Executor: s.Name}
		for _, s := range selftest.Catalogue(s) {
			if s.RealTime == "" {
				task.Scenarios = append(task.Scenarios, s.Name)
			}
		}
		if w, ok := wrong[s.Name]; ok {
			task.Scenarios = []string{w.scenario}
		}
		tasks = append(tasks, task)
	}
	cells, err := selftest.Runner{Executors: specs}.Run(t.Context(), tasks)
	require.NoError(t, err)
	for i, s := range specs {
		t.Run(s.Name, func(t *testing.T) {
			accused := selftest.Accusations(selftest.Innocent{Spec: s}, cells[i])
			w, ok := wrong[s.Name]
			if !ok {
				for _, f := range accused {
					t.Errorf("accused of %v", f)
				}
				return
			}
			found := slices.ContainsFunc(accused, func(f selftest.Finding) bool { return f.Clause == w.clause })
			require.True(t, found, "%v must fail in %s; accused of %v, verdict %s", w.clause, w.scenario, accused, statuses(cells[i]))
		})
	}
}

func statuses(cells []scenarios.Cell) (all []scenarios.Status) {
	for _, c := range cells {
		all = append(all, c.Verdict.Status())
	}
	return all
}

// waitAll waits for all tasks and returns all errors.
func waitAll[T any](ctx context.Context, tasks []func(context.Context) (T, error)) ([]T, error) {
	out, errs := make([]T, len(tasks)), make([]error, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Go(func() {
			if errs[i] = ctx.Err(); errs[i] == nil {
				errs[i] = errors.New("the task ended its goroutine")
				out[i], errs[i] = task(ctx)
			}
		})
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

// fetchAll returns the first error, which cancels the other tasks.
func fetchAll(ctx context.Context, ids []string, fetch func(context.Context, string) (string, error)) (map[string]string, error) {
	g, ctx := errgroup.WithContext(ctx)
	var mu sync.Mutex
	out := map[string]string{}
	for _, id := range ids {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			text, err := fetch(ctx, id)
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				out[id] = text
			}
			return err
		})
	}
	return out, g.Wait()
}
