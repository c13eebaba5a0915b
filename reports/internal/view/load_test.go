package view

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// The bound is a number within a sentence that package scenarios writes.
func TestStuckBoundIsReadFromTheVerdict(t *testing.T) {
	s := scenarios.Scenario{Name: "x", Clauses: []executor.Clause{executor.BoundsStuck}}
	o := scenarios.Observation{Executor: "y", Scenario: "x", Setup: scenarios.Setup{AgentTimeout: 1, MaxStuck: 8, Backoff: 1, Agents: 1}}
	o.Totals.Requests = 1
	o.Left.Inspected, o.Calls = true, []scenarios.Call{{Returned: true}}
	v := judge.Judge(s, o)
	got, ok := stuckBound(v)
	require.True(t, ok, "%+v", v)
	require.Equal(t, judge.StuckBound(s, o), got)

	_, ok = stuckBound(scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: executor.BoundsStuck, Want: "none"}}})
	require.False(t, ok)
	_, ok = stuckBound(scenarios.Verdict{})
	require.False(t, ok)
}
