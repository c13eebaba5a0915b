package reports

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

func TestSummarize(t *testing.T) {
	s := Summarize(sparse())
	require.Equal(t, Count{Executor: "old", Cells: 3, Fail: 1, Unknown: 2, Scenarios: 3, Broken: []BrokenClause{{7, []string{"b"}}}}, s.Of("old"))
	require.Equal(t, Count{Executor: "new", Cells: 2, Waived: 1, NotApplicable: 1, Scenarios: 2}, s.Of("new"))
	require.Equal(t, Count{Executor: "idle"}, s.Of("idle"))
	require.Equal(t, Count{Executor: "nobody"}, s.Of("nobody"))
	require.True(t, s.Of("new").Safe())
	require.False(t, s.Of("old").Safe())
	require.False(t, s.Of("idle").Safe())

	reference := Summarize(full(30)).Of("reference")
	require.Equal(t, 33, reference.Pass, "the race cell counts")
	require.Equal(t, 32, reference.Scenarios, "but its scenario only once")
}

func TestExitCode(t *testing.T) {
	with := func(status ...scenarios.Status) *Report {
		r := &Report{After: "new"}
		for _, s := range status {
			r.Cells = append(r.Cells, Cell{Observation: scenarios.Observation{Executor: "new"},
				Verdict: scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: executor.Survives, Status: s}}}})
		}
		r.Cells = append(r.Cells, ordinary("old", "a", []executor.Clause{1})) // another's failure does not count
		return r
	}
	partial := with(scenarios.Pass)
	partial.Partial = "interrupted"
	brokenPartial := with(scenarios.Fail)
	brokenPartial.Partial = "interrupted"
	noClauses := &Report{After: "new", Cells: []Cell{{Observation: scenarios.Observation{Executor: "new"}}}}
	for name, c := range map[string]struct {
		r    *Report
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
		"nothing":          {&Report{}, 2},
		"full":             {full(3), 0},
	} {
		require.Equal(t, c.want, ExitCode(c.r), name)
	}
	swapped := full(3)
	swapped.Before, swapped.After = swapped.After, swapped.Before
	require.Equal(t, 1, ExitCode(swapped))
}

// The bound is a number within a sentence that package scenarios writes.
func TestStuckBoundIsReadFromTheVerdict(t *testing.T) {
	s := scenarios.Scenario{Name: "x", Clauses: []executor.Clause{executor.BoundsStuck}}
	o := scenarios.Observation{Executor: "y", Scenario: "x", Setup: scenarios.Setup{AgentTimeout: 1, MaxStuck: 8, Backoff: 1, Agents: 1}}
	o.Totals.Requests = 1
	o.Left.Looked, o.Calls = true, []scenarios.Call{{Returned: true}}
	v := scenarios.Judge(s, o)
	got, ok := stuckBound(v)
	require.True(t, ok, "%+v", v)
	require.Equal(t, scenarios.StuckBound(s, o), got)

	_, ok = stuckBound(scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: executor.BoundsStuck, Want: "none"}}})
	require.False(t, ok)
	_, ok = stuckBound(scenarios.Verdict{})
	require.False(t, ok)
}
