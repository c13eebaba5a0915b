package scenariotest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
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
	for _, spec := range executor.Registry() {
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
			s, err := scenarios.Find(tt.scenario)
			require.NoError(t, err)
			got := suites[tt.executor].status(t, s, tt.clause)
			require.Equal(t, tt.want, got.Status, "%s", text(s, got))
		})
	}
}

func TestCrashIsAnObservation(t *testing.T) {
	spec, err := executor.Lookup("waitgroup")
	require.NoError(t, err)
	s, err := scenarios.Find("panic")
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

// A waiver turns failures into log lines: this executor breaks clause 3 only.
func TestWaiver(t *testing.T) {
	Test(t, func(c executor.Config) executor.ParallelExecutor {
		e, err := executor.NewErrGroup(c)
		if err != nil {
			panic(err)
		}
		return e
	}, Only("partial-success"), Waive(executor.PartialSuccess, "all or nothing is what this service wants"))
}

func TestArguments(t *testing.T) {
	got := arguments([]string{
		"-test.coverprofile=c.out", "--test.run=Other", "-test.count", "5", "-test.paniconexit0", "-test.v", "-mine=1", "-test.timeout", "3s", "rest", "-test.v",
	}, "TestX/a b(c)")
	require.Equal(t, []string{`-test.run=^TestX$/^a b\(c\)$`, "-test.count=1", "-test.timeout=0"}, got[:3])
	if testing.Short() {
		got = got[1:]
	}
	require.Equal(t, []string{"-mine=1", "rest", "-test.v"}, got[4:])
}

func TestExecFlag(t *testing.T) {
	for _, args := range [][]string{{"test", "-exec", "sudo"}, {"test", "--exec=env A=1"}, {"-v", "-exec=x", "-args", "y"}} {
		require.NotEmpty(t, execFlag(args), args)
	}
	for _, args := range [][]string{nil, {"test", "./..."}, {"test", "-args", "-exec", "x"}, {"test", "-run", "exec"}} {
		require.Empty(t, execFlag(args), args)
	}
	require.Equal(t, os.Getppid(), parentOf(os.Getpid()))
	require.Equal(t, os.Args, argsOf(os.Getpid()))
}
