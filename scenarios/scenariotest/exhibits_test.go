package scenariotest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/scenarios"
)

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
