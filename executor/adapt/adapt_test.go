package adapt_test

import (
	"context"
	"errors"

	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

type runner func(ctx context.Context, agent *executor.Agent, history []executor.Message) (*executor.AgentResponse, error)

func (f runner) ExecuteAgent(ctx context.Context, agent *executor.Agent, _ string, history []executor.Message) (*executor.AgentResponse, error) {
	return f(ctx, agent, history)
}

func answers(_ context.Context, a *executor.Agent, _ []executor.Message) (*executor.AgentResponse, error) {
	if a.ID == "bad" {
		return nil, errBad
	}
	return &executor.AgentResponse{AgentID: a.ID, Content: "answer of " + a.ID}, nil
}

var errBad = errors.New("bad")

func each[T any](ctx context.Context, items []T, do func(context.Context, T) error) (err error) {
	for _, item := range items {
		err = errors.Join(err, do(ctx, item))
	}
	return err
}

func gather[T any](ctx context.Context, tasks []func(context.Context) (T, error)) ([]T, error) {
	out := make([]T, len(tasks))
	var errs error
	for i, task := range tasks {
		v, err := task(ctx)
		out[i], errs = v, errors.Join(errs, err)
	}
	return out, errs
}

func same(s string) string { return s }

var specs = map[string]executor.Spec{
	"Func": adapt.Func(func(ctx context.Context, n int, do func(context.Context, int) error) (err error) {
		for i := range n {
			err = errors.Join(err, do(ctx, i))
		}
		return err
	}),
	"Each":   adapt.Each(each),
	"Tasks":  adapt.Tasks(gather),
	"Values": adapt.Values(gather, same, same),
	"Unordered": adapt.Unordered(func(ctx context.Context, tasks []func(context.Context) (string, error)) ([]string, error) {
		values, err := gather(ctx, tasks)
		slices.Reverse(values)
		return slices.DeleteFunc(values, func(v string) bool { return v == "" }), err
	}, same, same),
	"Map": adapt.Map(func(ctx context.Context, items []string, do func(context.Context, string) ([]byte, error)) ([][]byte, error) {
		out := make([][]byte, len(items))
		var errs error
		for i, item := range items {
			b, err := do(ctx, item)
			out[i], errs = b, errors.Join(errs, err)
		}
		return out, errs
	}, strconv.Itoa, func(s string) []byte { return []byte(s) }, func(b []byte) string { return string(b) }),
	"ByID": adapt.ByID(func(ctx context.Context, ids []string, do func(context.Context, string) (*page, error)) (map[string]*page, error) {
		out := map[string]*page{}
		return out, each(ctx, ids, func(ctx context.Context, id string) (err error) {
			out[id], err = do(ctx, id)
			return err
		})
	}, newPage, (*page).text),
	"Channel": adapt.Channel(func(ctx context.Context, ids []string, do func(context.Context, string) (string, error)) <-chan page {
		out := make(chan page, len(ids))
		defer close(out)
		for _, id := range ids {
			body, err := do(ctx, id)
			out <- page{body, err}
		}
		return out
	}, same, func(p page) (string, error) { return p.body, p.err }),
	"Group":      adapt.Group(func(ctx context.Context) (*errgroup.Group, context.Context) { return &errgroup.Group{}, ctx }),
	"Pool":       adapt.Pool(func(context.Context) (func(func()), func()) { return func(task func()) { task() }, func() {} }),
	"Configured": adapt.Configured(func(executor.Config) executor.Spec { return adapt.Each(each) }),
}

// page is a value that is a pointer in a map.
type page struct {
	body string
	err  error
}

func newPage(body string) *page { return &page{body: body} }

func (p *page) text() string {
	if p == nil {
		return ""
	}
	return p.body
}

func build(t *testing.T, spec executor.Spec, c executor.Config) executor.ParallelExecutor {
	t.Helper()
	x, err := spec.New(c)
	require.NoError(t, err)
	return x
}

func agents(ids ...string) (all []*executor.Agent) {
	for _, id := range ids {
		all = append(all, &executor.Agent{ID: id})
	}
	return all
}

func TestResultsAndErrorsByPlace(t *testing.T) {
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			x := build(t, spec, executor.Config{Runner: runner(answers)})
			m, err := x.ExecuteParallel(t.Context(), "in", agents("a", "bad", "c"))
			require.Equal(t, []string{"a", "c"}, slices.Sorted(maps.Keys(m)))
			require.Equal(t, "answer of c", m["c"].Content)
			require.Equal(t, "c", m["c"].AgentID)
			require.ErrorIs(t, err, errBad)
			require.ErrorContains(t, err, "agent bad failed")

			m, err = x.ExecuteParallel(t.Context(), "in", nil)
			require.NoError(t, err)
			require.NotNil(t, m)
			require.Empty(t, m)
		})
	}
}

func TestEachTaskHasATimeAndAHistoryOfItsOwn(t *testing.T) {
	history := append(make([]executor.Message, 0, 8), executor.Message{Content: "before"})
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			x := build(t, spec, executor.Config{AgentTimeout: time.Hour, History: history, Runner: runner(
				func(ctx context.Context, a *executor.Agent, h []executor.Message) (*executor.AgentResponse, error) {
					until, ok := ctx.Deadline()
					require.True(t, ok)
					require.LessOrEqual(t, time.Until(until), time.Hour)
					require.Len(t, append(h, executor.Message{Content: a.ID}), 2)
					return nil, nil
				})})
			_, err := x.ExecuteParallel(t.Context(), "in", agents("a", "b"))
			require.ErrorIs(t, err, executor.ErrNilResponse)
			require.Equal(t, executor.Message{}, history[:2][1], "no task wrote into what all share")
		})
	}
}

// A fan-out that returns early keeps the results that it has. Later ones do not change
// what was returned.
func TestLateResultsAreNotKept(t *testing.T) {
	late, done := make(chan struct{}), make(chan struct{})
	x := build(t, adapt.Func(func(ctx context.Context, n int, do func(context.Context, int) error) error {
		err := do(ctx, 0)
		go func() {
			defer close(done)
			<-late
			_ = do(ctx, 1)
		}()
		return err
	}), executor.Config{Runner: runner(answers)})
	m, err := x.ExecuteParallel(t.Context(), "in", agents("a", "b"))
	require.NoError(t, err)
	close(late)
	<-done
	require.Len(t, m, 1)
}

func TestBadConfigAndTooManyResults(t *testing.T) {
	for name, spec := range specs {
		_, err := spec.New(executor.Config{})
		require.ErrorContains(t, err, "Runner: missing (got nil", name)
	}
	x := build(t, adapt.Tasks(func(context.Context, []adapt.Task) ([]*executor.AgentResponse, error) {
		return make([]*executor.AgentResponse, 3), nil
	}), executor.Config{Runner: runner(answers)})
	_, err := x.ExecuteParallel(t.Context(), "in", agents("a"))
	require.ErrorContains(t, err, "too many results (got 3, want 1,")
}
