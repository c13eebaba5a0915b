package scenariotest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/mocks/openai"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
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
	accepted := []Option{WaitsForIgnoring("planted"), LetsPanicsThrough("planted"), Waive(executor.Cancels, "starts all", "cancel-before")}
	text := func(s string) string { return s }
	for name, spec := range map[string]executor.Spec{
		"Func": adapt.Func(func(ctx context.Context, n int, do func(context.Context, int) error) error {
			g, ctx := errgroup.WithContext(ctx)
			for i := range n {
				g.Go(func() error { return do(ctx, i) })
			}
			return g.Wait()
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

func forEach[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, item := range items {
		g.Go(func() error { return do(ctx, item) })
	}
	return g.Wait()
}

func collect[R any](ctx context.Context, tasks []func(context.Context) (R, error)) ([]R, error) {
	var wg sync.WaitGroup
	out, errs := make([]R, len(tasks)), make([]error, len(tasks))
	for i, task := range tasks {
		wg.Go(func() { out[i], errs[i] = task(ctx) })
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

// The exhibits are known to break these clauses, and to keep those: what
// stands here is the judgement's, and this is how it is seen to be sharp.
func TestExhibits(t *testing.T) {
	suites := map[string]*suite{}
	for _, spec := range exhibits.Specs() {
		suites[spec.Name] = ordinary(t, spec)
	}
	for _, tt := range []struct {
		executor, scenario string
		clause             executor.Clause
		want               scenarios.Status
	}{
		{"waitgroup", "hang-ignoring", executor.ReturnsInTime, scenarios.Fail},
		{"waitgroup", "cleanup", executor.BoundsStuck, scenarios.Fail},
		{"waitgroup", "late-after-return", executor.ReturnsInTime, scenarios.Fail},
		{"waitgroup", "partial-success", executor.PartialSuccess, scenarios.Pass},
		{"waitgroup", "panic", executor.Survives, scenarios.Fail},
		{"waitgroup", "nil-agent", executor.Survives, scenarios.Fail},
		{"waitgroup", "goexit", executor.Survives, scenarios.Pass},
		{"waitgroup", "goexit-alone", executor.Survives, scenarios.Fail},
		{"waitgroup", "limit", executor.RespectsLimit, scenarios.NotApplicable},
		{"waitgroup", "cancel-before", executor.Cancels, scenarios.Fail},
		{"waitgroup", "shared-history", executor.TouchesNoInput, scenarios.Fail},
		{"contextcheck", "hang-ignoring", executor.ReturnsInTime, scenarios.Fail},
		{"contextcheck", "cancel-before", executor.Cancels, scenarios.Pass},
		{"contextcheck", "late-in-grace", executor.LosesNothing, scenarios.Fail},
		{"detached", "hang-ignoring", executor.ReturnsInTime, scenarios.Pass},
		{"detached", "stuck-agent", executor.BoundsStuck, scenarios.Fail},
		{"detached", "tool-hang", executor.RunsTools, scenarios.Fail},
		{"detached", "tool-hang-ignoring", executor.ReturnsInTime, scenarios.Fail},
		{"errgroup", "partial-success", executor.PartialSuccess, scenarios.Fail},
		{"errgroup", "hang-ignoring", executor.ReturnsInTime, scenarios.Fail},
		{"errgroup", "all-fail", executor.PartialSuccess, scenarios.Fail},
		{"errgroup", "normal", executor.LosesNothing, scenarios.Pass},
	} {
		t.Run(tt.executor+" "+tt.scenario, func(t *testing.T) {
			s, err := scenarios.Lookup(tt.scenario)
			require.NoError(t, err)
			got := suites[tt.executor].status(t, s, tt.clause)
			require.Equal(t, tt.want, got.Status, "%s", text(s, got))
		})
	}
}

func TestCrashIsAnObservation(t *testing.T) {
	spec, err := exhibits.Lookup("waitgroup")
	require.NoError(t, err)
	s, err := scenarios.Lookup("panic")
	require.NoError(t, err)
	cell, err := ordinary(t, spec).run(t, s)
	require.NoError(t, err)
	require.NotNil(t, cell.Observation.Crash)
	require.Equal(t, "panic", cell.Observation.Crash.Kind)
	require.Contains(t, cell.Observation.Crash.Message, "injected fault")
	require.Contains(t, cell.Observation.Crash.Stacks, "goroutine ")
	for _, c := range cell.Verdict.Clauses {
		require.NotEqual(t, scenarios.Pass, c.Status, "%v", c.Clause)
	}
}

// tellIn runs tell in a subtest of its own and returns what it came to. The
// failure of a subtest would be this test's, so failing verdicts are not for it.
func tellIn(t *testing.T, s scenarios.Scenario, cell scenarios.Cell) (skipped bool) {
	t.Run(s.Name, func(t *testing.T) {
		t.Cleanup(func() { skipped = t.Skipped() })
		tell(t, s, cell)
	})
	return skipped
}

// What is waived is skipped, and never passed: this executor breaks clause 3 only.
func TestWaiver(t *testing.T) {
	spec, err := exhibits.Lookup("errgroup")
	require.NoError(t, err)
	s, err := scenarios.Lookup("partial-success")
	require.NoError(t, err)
	reason := "all or nothing is what this service wants"
	spec.Waivers = []executor.Waiver{{Clause: executor.PartialSuccess, Reason: reason, Scenarios: []string{"partial-*"}}}
	u := ordinary(t, spec)
	cell, err := u.run(t, s)
	require.NoError(t, err)
	require.Equal(t, scenarios.Waived, cell.Verdict.Status())
	u.tally.add(s.Name, cell.Verdict.Status())
	u.tally.use(cell.Verdict)
	require.Contains(t, u.tally.summary(1, spec), "0 passed, 0 failed, 1 waived")
	require.Contains(t, u.tally.summary(1, spec), "waived in 1 scenarios: clause 3 (partial success): "+reason)
	require.True(t, tellIn(t, s, cell))

	// The control: the same waiver for another scenario waives nothing here.
	u.spec.Waivers[0].Scenarios = []string{"normal"}
	cell, err = u.run(t, s)
	require.NoError(t, err)
	require.Equal(t, scenarios.Fail, cell.Verdict.Status())
}

// Of what was not run nothing is known: neither that it is not applicable, nor
// that a waiver is not needed there.
func TestNotRunIsNoResult(t *testing.T) {
	spec := respoilt(func(*executor.Config) {})
	spec.Waivers = []executor.Waiver{
		{Clause: executor.Cancels, Reason: "of normal", Scenarios: []string{"normal"}},
		{Clause: executor.Cancels, Reason: "of one not run", Scenarios: []string{"normal", "hang-forever"}},
		{Clause: executor.Cancels, Reason: "of the wire", Scenarios: []string{"wire-*"}},
		{Clause: executor.Cancels, Reason: "of one not asked for", Scenarios: []string{"cancel-before"}},
		{Clause: executor.Cancels, Reason: "of one that is unknown", Scenarios: []string{"cancel"}},
		{Clause: executor.Cancels, Reason: "of all"},
	}
	u := &suite{name: t.Name(), spec: spec, opts: options{inProcess: true}}
	names := []string{"normal", "hang-forever", "wire-hang-body"}
	for _, name := range names {
		s, err := scenarios.Lookup(name)
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) { u.test(t, s) })
	}
	u.tally.add("cancel", scenarios.Unknown)
	require.Equal(t, "spoilt: 2 of 4 scenarios run: 1 passed, 0 failed, 0 waived, 0 not applicable, 1 unknown; 2 not run, each says why\n"+
		"the waiver of clause 4 (cancels) was not needed: of normal", u.tally.summary(len(names)+1, spec))
}

func TestCheckSpec(t *testing.T) {
	err := judge.CheckSpec(executor.Spec{Name: "x", Policy: "none", Lacks: []executor.Clause{11}, Waivers: []executor.Waiver{
		{Clause: 0, Reason: "r"}, {Clause: 1}, {Clause: 2, Reason: "r", Scenarios: []string{"no-such-*"}},
	}})
	for _, want := range []string{"New: got nil", `Policy: got "none"`, "Lacks: got clause 11", "Waivers: got clause 0", "got no reason", `got scenario "no-such-*"`} {
		require.ErrorContains(t, err, want)
	}
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
