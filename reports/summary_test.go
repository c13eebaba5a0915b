package reports_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
	"github.com/watertight-go/watertight/scenarios"
)

func TestCount(t *testing.T) {
	s := fixtures.Sparse()
	require.Equal(t, reports.Count{Executor: "old", Cells: 3, Fail: 1, Unknown: 2, Scenarios: 3, Broken: map[executor.Clause][]string{7: {"b"}}}, s.Count("old"))
	require.Equal(t, reports.Count{Executor: "new", Cells: 2, Waived: 1, NotApplicable: 1, Scenarios: 2}, s.Count("new"))
	require.Equal(t, reports.Count{Executor: "idle"}, s.Count("idle"))
	require.Equal(t, reports.Count{Executor: "nobody"}, s.Count("nobody"))
	require.True(t, s.Count("new").Safe())
	require.False(t, s.Count("old").Safe())
	require.False(t, s.Count("idle").Safe())

	reference := fixtures.Full(30).Count("reference")
	require.Equal(t, 33, reference.Pass, "the race cell counts")
	require.Equal(t, 32, reference.Scenarios, "but its scenario only once")
}

func TestExitCode(t *testing.T) {
	with := func(status ...scenarios.Status) *reports.Report {
		r := &reports.Report{After: "new"}
		for _, s := range status {
			r.Cells = append(r.Cells, scenarios.Cell{Observation: scenarios.Observation{Executor: "new"},
				Verdict: scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: executor.Survives, Status: s}}}})
		}
		r.Cells = append(r.Cells, fixtures.Ordinary("old", "a", []executor.Clause{1})) // another's failure does not count
		return r
	}
	partial := with(scenarios.Pass)
	partial.Partial = "interrupted"
	brokenPartial := with(scenarios.Fail)
	brokenPartial.Partial = "interrupted"
	noClauses := &reports.Report{After: "new", Cells: []scenarios.Cell{{Observation: scenarios.Observation{Executor: "new"}}}}
	for name, c := range map[string]struct {
		r    *reports.Report
		want int
	}{
		"pass":             {with(scenarios.Pass), 0},
		"n/a and waived":   {with(scenarios.Pass, scenarios.NotApplicable, scenarios.Waived), 0},
		"fail":             {with(scenarios.Pass, scenarios.Fail), 1},
		"fail and unknown": {with(scenarios.Unknown, scenarios.Fail), 1},
		"unknown":          {with(scenarios.Pass, scenarios.Unknown), 2},
		"no clauses":       {noClauses, 2},
		"partial":          {partial, 2},
		"broken, partial":  {brokenPartial, 1},
		"no cells of it":   {with(), 2},
		"nothing":          {&reports.Report{}, 2},
		"full":             {fixtures.Full(3), 0},
	} {
		require.Equal(t, c.want, c.r.ExitCode(), name)
	}
	swapped := fixtures.Full(3)
	swapped.Before, swapped.After = swapped.After, swapped.Before
	require.Equal(t, 1, swapped.ExitCode())
}
