package scenariotest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/scenarios"
)

// after is the reference that changes what a call returned.
func after(change func(ctx context.Context, m results, agents []*executor.Agent) (results, error)) executor.Spec {
	return spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (results, error) {
			m, err := ref.ExecuteParallel(ctx, input, agents)
			if err != nil {
				return m, err
			}
			return change(ctx, m, agents)
		}
	})
}

// without is the map without one result, always the same.
func without(m results) results {
	for _, id := range slices.Sorted(maps.Keys(m))[:min(1, len(m))] {
		delete(m, id)
	}
	return m
}

func leakHere()  { go leaked() }
func leakThere() { go leaked() }

// causeTests are executors with one defect or with two.
var causeTests = []struct {
	name      string
	scenarios []string
	want      int
	spec      func() executor.Spec
}{
	{"a result is always lost", []string{"normal", "partial-success", "late-in-grace", "cancel-partial", "concurrent"}, 1, func() executor.Spec {
		return after(func(_ context.Context, m results, _ []*executor.Agent) (results, error) { return without(m), nil })
	}},
	{"a stream is left open", []string{"stream-deadline", "stream-break", "stream-pull", "stream-stalled-break"}, 1, func() executor.Spec {
		return adapt.StreamChannel(sendsWithoutSelect, func(text string) (executor.Event, error) { return executor.Event{AgentID: "a", Delta: text}, nil })
	}},
	{"results are lost after a cancellation, and beside a failure", []string{"normal", "partial-success", "cancel-partial", "one-fails"}, 2, func() executor.Spec {
		return after(func(ctx context.Context, m results, agents []*executor.Agent) (results, error) {
			switch {
			case ctx.Err() != nil:
				return without(m), nil
			case len(m) < len(agents):
				return without(m), nil
			}
			return m, nil
		})
	}},
	{"results are lost beside a panic, and in a queue", []string{"normal", "panic", "limit"}, 2, func() executor.Spec {
		return spoilt(func(c executor.Config, ref *executor.Reference) executorFunc {
			return func(ctx context.Context, input string, agents []*executor.Agent) (results, error) {
				m, err := ref.ExecuteParallel(ctx, input, agents)
				if c.Limit > 0 || len(m) < len(agents) {
					return without(m), err
				}
				return m, err
			}
		})
	}},
	{"one go statement leaks", []string{"normal", "error", "cancel"}, 1, func() executor.Spec { return using(leakHere) }},
	{"two go statements leak in each call", []string{"normal", "cancel"}, 2, func() executor.Spec {
		return using(func() { leakHere(); leakThere() })
	}},
	{"one panics, in calls of every kind", []string{"normal", "cancel", "panic"}, 1, func() executor.Spec {
		return using(func() { planted(nil) })
	}},
	{"two panic at different lines", []string{"normal", "panic"}, 2, func() executor.Spec {
		return spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
			return func(ctx context.Context, input string, agents []*executor.Agent) (results, error) {
				if len(agents) > 3 {
					go planted(nil)
				}
				m, err := ref.ExecuteParallel(ctx, input, agents)
				if len(m) < len(agents) {
					var none *executor.AgentResponse
					go func() { none.Content = "" }()
					time.Sleep(time.Millisecond)
				}
				return m, err
			}
		})
	}},
	{"calls wait at one place", []string{"normal", "cancel", "error"}, 1, func() executor.Spec { return using(func() { select {} }) }},
	{"calls wait at two places", []string{"normal", "cancel"}, 2, func() executor.Spec {
		return spoilt(func(executor.Config, *executor.Reference) executorFunc {
			return func(_ context.Context, _ string, agents []*executor.Agent) (results, error) {
				if len(agents) > 3 {
					select {}
				}
				<-(chan int)(nil)
				return nil, nil
			}
		})
	}},
}

// planted panics if it is given nothing.
func planted(r *executor.AgentResponse) { r.Content = "" }

// One defect is one cause, however many scenarios it fails, and two are two.
func TestCauses(t *testing.T) {
	for _, tt := range causeTests {
		t.Run(tt.name, func(t *testing.T) {
			u := ordinary(t, tt.spec())
			for _, name := range tt.scenarios {
				s, err := scenarios.Lookup(name)
				require.NoError(t, err)
				cell, err := u.run(t, s)
				require.NoError(t, err)
				for _, f := range failures(cell) {
					u.causes.find(s, cell.Observation, f)
				}
			}
			require.Len(t, u.causes.all, tt.want, "%v", u.causes.all)
		})
	}
}

func TestPattern(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"request 0: no result of agent a, which answered after 10ms (and 2 more)", "request 17: no result of agent d12, which answered after 1.5s", true},
		{"request 0: healthy agents a, c, d were cancelled by another's failure", "request 0: healthy agent b was cancelled by another's failure", true},
		{"request 0 returned after 190ms", "request 0 returned after 200ms without agent a, which still had time", false},
		{"request 0: 2 results, but also an error: agent a failed", "request 1: 1 result, but also an error: context canceled", true},
		{"request 0: agent a: 1 tool result, want 0", "request 0: agent b: content is \"x\", want \"y\"", false},
		{"request 0: the call itself panicked: index out of range", "request 0: the call itself panicked: nil map", false},
		{"process died: fatal: sync: unlock of unlocked mutex", "process died: fatal: all goroutines are asleep", false},
		{"2 open descriptors more than before", "1 open descriptor more than before", true},
	} {
		if same := pattern(tt.a) == pattern(tt.b); same != tt.same {
			t.Errorf("%q and %q: got the same pattern %v, want %v (%q, %q)", tt.a, tt.b, same, tt.same, pattern(tt.a), pattern(tt.b))
		}
	}
}

func TestUsersFrame(t *testing.T) {
	const stack = `panic: boom

goroutine 7 [running]:
sync.(*Mutex).Lock(...)
	STD/sync/mutex.go:46
golang.org/x/sync/errgroup.(*Group).Go.func1()
	/root/go/pkg/mod/golang.org/x/sync@v0.1.0/errgroup/errgroup.go:78 +0x50
HARNESSmocks.(*FaultRunner).ExecuteAgent(0xc0000, {0x1, 0x2})
	/src/watertight/mocks/runner.go:10 +0x1
example.com/fetch.(*Client).All(0xc0000, {0x1, 0x2})
	/home/me/fetch/all.go:24 +0x1c
example.com/fetch.Outer(...)
	/home/me/fetch/all.go:99
created by example.com/fetch.Start in goroutine 1
	/home/me/fetch/all.go:12 +0x1

goroutine 8 [select]:
example.com/fetch.other()
	/home/me/fetch/other.go:1 +0x1c
`
	text := strings.NewReplacer("STD", standard, "HARNESS", harness).Replace(stack)
	require.Equal(t, "/home/me/fetch/all.go:24 example.com/fetch.(*Client).All", usersFrame(framesOf(text)).String())
	library, _, _ := strings.Cut(text, "example.com/")
	require.Contains(t, usersFrame(framesOf(library)).String(), "errgroup.go:78", "a library is better than nothing")
	require.True(t, usersFrame(framesOf("no stack")).isZero())
}

// What was seen fits another policy better than the declared one, or it does not.
func TestFit(t *testing.T) {
	firstError := func(ctx context.Context, n int, do func(context.Context, int) error) error {
		var wg sync.WaitGroup
		errs := make(chan error, n)
		for i := range n {
			wg.Go(func() {
				if err := do(ctx, i); err != nil {
					errs <- err
				}
			})
		}
		wg.Wait()
		close(errs)
		return <-errs
	}
	joined := func(ctx context.Context, n int, do func(context.Context, int) error) error {
		var wg sync.WaitGroup
		errs := make([]error, n)
		for i := range n {
			wg.Go(func() { errs[i] = do(ctx, i) })
		}
		wg.Wait()
		return errors.Join(errs...)
	}
	for _, tt := range []struct {
		name     string
		fan      func(ctx context.Context, n int, do func(context.Context, int) error) error
		declared executor.Policy
		want     string
	}{
		{"first error, declared fail-fast", firstError, executor.FailFast, "scenariotest.Policy(executor.FirstError)"},
		{"joined, declared best-effort", joined, executor.BestEffort, "scenariotest.Policy(executor.CollectErrors)"},
		{"first error, declared so", firstError, executor.FirstError, ""},
		{"joined, declared so", joined, executor.CollectErrors, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spec := adapt.Func(tt.fan)
			spec.Policy = tt.declared
			u := ordinary(t, spec)
			for _, name := range []string{"normal", "partial-success", "all-fail", "one-fails", "fail-and-hang", "fail-fast", "collect-errors"} {
				s, err := scenarios.Lookup(name)
				require.NoError(t, err)
				cell, err := u.run(t, s)
				require.NoError(t, err)
				u.fit.add(s, cell, nil)
			}
			if tt.want == "" {
				require.Empty(t, u.fit.String(), "%v", u.fit)
				return
			}
			require.Contains(t, u.fit.String(), tt.want, "%v", u.fit)
			require.Contains(t, u.fit.String(), "better than "+string(tt.declared))
		})
	}
}
