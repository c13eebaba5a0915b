package adapt_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

var errPool = errors.New("of the pool")

// inline is a pool that runs a task when it is submitted, and returns the first error.
type inline struct{ err error }

func (p *inline) report(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *inline) submit(task func())                { task() }
func (p *inline) accept(task func()) error          { task(); return nil }
func (p *inline) try(task func() error)             { p.report(task()) }
func (p *inline) tryAccept(task func() error) error { p.report(task()); return nil }
func (p *inline) tryContext(task func(ctx context.Context) error) {
	p.report(task(context.Background()))
}
func (p *inline) wait()         {}
func (p *inline) result() error { return p.err }

// Each way to submit and to wait runs all tasks. The errors of tasks are the pool's, where
// it has them, and all of them where it has not.
func TestPoolsOfEveryKind(t *testing.T) {
	joined := []string{"agent bad failed", "agent worse failed"}
	for name, tt := range map[string]struct {
		spec   executor.Spec
		policy executor.Policy
		errs   []string
	}{
		"submit":          {adapt.Pool(func(context.Context) (func(func()), func()) { p := &inline{}; return p.submit, p.wait }), executor.CollectErrors, joined},
		"submit, no wait": {adapt.Pool(func(context.Context) (func(func()), func()) { p := &inline{}; return p.submit, nil }), executor.CollectErrors, joined},
		"accept":          {adapt.Pool(func(context.Context) (func(func()) error, func()) { p := &inline{}; return p.accept, p.wait }), executor.CollectErrors, joined},
		"accept, result":  {adapt.Pool(func(context.Context) (func(func()) error, func() error) { p := &inline{}; return p.accept, p.result }), executor.CollectErrors, joined},
		"try, no result":  {adapt.Pool(func(context.Context) (func(func() error), func()) { p := &inline{}; return p.try, p.wait }), executor.CollectErrors, joined},
		"try":             {adapt.Pool(func(context.Context) (func(func() error), func() error) { p := &inline{}; return p.try, p.result }), executor.FailFast, joined[:1]},
		"try, accepting": {adapt.Pool(func(context.Context) (func(func() error) error, func() error) {
			p := &inline{}
			return p.tryAccept, p.result
		}), executor.FailFast, joined[:1]},
		"try with context": {adapt.Pool(func(context.Context) (func(func(context.Context) error), func() error) {
			p := &inline{}
			return p.tryContext, p.result
		}), executor.FailFast, joined[:1]},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.policy, tt.spec.Policy)
			x := build(t, tt.spec, executor.Config{Runner: runner(answersOrFails)})
			m, err := x.ExecuteParallel(t.Context(), "in", agents("a", "bad", "worse", "c"))
			require.Len(t, m, 2)
			require.Equal(t, "answer of c", m["c"].Content)
			for _, want := range joined {
				if len(tt.errs) == 1 && want != tt.errs[0] {
					require.NotContains(t, err.Error(), want)
				} else {
					require.ErrorContains(t, err, want)
				}
			}
		})
	}
}

func answersOrFails(ctx context.Context, a *executor.Agent, h []executor.Message) (*executor.AgentResponse, error) {
	if a.ID == "worse" {
		return nil, errBad
	}
	return answers(ctx, a, h)
}

// A task that the pool refuses is an error, also where the pool has the other errors. It
// is not waited for.
func TestRefusedTasks(t *testing.T) {
	for name, spec := range map[string]executor.Spec{
		"by itself": adapt.Pool(func(context.Context) (func(func()) error, func()) {
			return func(func()) error { return errPool }, nil
		}),
		"with a result": adapt.Pool(func(context.Context) (func(func() error) error, func() error) {
			return func(func() error) error { return errPool }, func() error { return nil }
		}),
	} {
		t.Run(name, func(t *testing.T) {
			m, err := build(t, spec, executor.Config{Runner: runner(answers)}).ExecuteParallel(t.Context(), "in", agents("a", "b"))
			require.Empty(t, m)
			require.ErrorIs(t, err, errPool)
			require.ErrorContains(t, err, "submit task 1")
		})
	}
}

func TestErrorOfTheWaitIsReturned(t *testing.T) {
	spec := adapt.Pool(func(context.Context) (func(func()), func() error) {
		return func(task func()) { task() }, func() error { return errPool }
	})
	m, err := build(t, spec, executor.Config{Runner: runner(answers)}).ExecuteParallel(t.Context(), "in", agents("a", "bad"))
	require.Len(t, m, 1)
	require.ErrorIs(t, err, errPool)
	require.ErrorIs(t, err, errBad)
}

// A pool that survives the panic of a task does not lose the task's error, and gets the
// panic.
func TestPanicInAPoolIsAnError(t *testing.T) {
	seen := make(chan any, 2)
	spec := adapt.Pool(func(context.Context) (func(func()), func()) {
		var wg sync.WaitGroup
		return func(task func()) {
			wg.Go(func() {
				defer func() { seen <- recover() }()
				task()
			})
		}, wg.Wait
	})
	x := build(t, spec, executor.Config{Runner: runner(func(_ context.Context, a *executor.Agent, _ []executor.Message) (*executor.AgentResponse, error) {
		if a.ID == "exits" {
			runtime.Goexit()
		}
		panic("planted")
	})})
	_, err := x.ExecuteParallel(t.Context(), "in", agents("a"))
	require.Equal(t, "planted", <-seen)
	var panicked *executor.PanicError
	require.ErrorAs(t, err, &panicked)
	require.Equal(t, "planted", panicked.Value)
	require.ErrorContains(t, err, "agent a failed")

	_, err = x.ExecuteParallel(t.Context(), "in", agents("exits"))
	require.Nil(t, <-seen)
	require.ErrorIs(t, err, executor.ErrGoexit)
}

// A task whose context is done is not started.
func TestObjectsStartNoTaskThatIsOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, spec := range map[string]executor.Spec{
		"Group": adapt.Group(errgroup.WithContext),
		"Pool":  specs["Pool"],
	} {
		t.Run(name, func(t *testing.T) {
			x := build(t, spec, executor.Config{Runner: runner(func(context.Context, *executor.Agent, []executor.Message) (*executor.AgentResponse, error) {
				t.Error("started")
				return nil, nil
			})})
			_, err := x.ExecuteParallel(ctx, "in", agents("a", "b"))
			require.ErrorIs(t, err, context.Canceled)
		})
	}
}

// A channel may close before all results were sent; a result that no task returned is an
// error.
func TestChannelOfWrongResults(t *testing.T) {
	spec := func(send func(body string) []string) executor.Spec {
		return adapt.Channel(func(ctx context.Context, ids []string, do func(context.Context, string) (string, error)) <-chan string {
			body, _ := do(ctx, ids[0])
			out := make(chan string, 2)
			for _, v := range send(body) {
				out <- v
			}
			close(out)
			return out
		}, same, func(v string) (string, error) { return v, nil })
	}
	for name, tt := range map[string]struct {
		send func(string) []string
		want string
	}{
		"twice":   {func(v string) []string { return []string{v, v} }, "two results of task 0"},
		"made up": {func(v string) []string { return []string{v, "x"} }, `no task's (got the text "x"`},
		"missing": {func(v string) []string { return []string{v} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := build(t, spec(tt.send), executor.Config{Runner: runner(answers)}).ExecuteParallel(t.Context(), "in", agents("a", "b"))
			require.Len(t, m, 1)
			if tt.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.want)
			}
		})
	}
}
