package view

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
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

// Where the dump of goroutines was capped, the count of stuck agents is the mocks' own,
// and the report says so. A cell on both clocks shows the heap of the machine's.
func TestLoadOfACappedDump(t *testing.T) {
	o := scenarios.Observation{Executor: "y", Scenario: "accumulation", Clock: scenarios.RealClock}
	o.Left.Inspected, o.Left.ByAgent, o.Left.Leak.Unseen = true, 100, 1134
	o.Left.Leak.HeapMeasured, o.Left.Leak.Heap = true, 3<<20
	o.Totals.AgentsRunning = 1234
	section := func(o scenarios.Observation) Section {
		return accumulation(NewIndex(&reports.Report{Executors: []reports.Executor{{Name: "y"}}, Scenarios: []reports.Scenario{{Name: "accumulation"}}, Cells: []scenarios.Cell{{Observation: o}}}))
	}
	s := section(o)
	require.Equal(t, []string{"1234"}, s.Tables[0].Rows[0].Cells[1].Lines)
	require.Len(t, s.Notes, 1)
	require.Equal(t, "stuck agents of accumulation, y: 1234 (counted by the mocks: the dump was capped)", s.Notes[0].Text)

	o.Left.Leak.Unseen = 0
	s = section(o)
	require.Equal(t, []string{"100"}, s.Tables[0].Rows[0].Cells[1].Lines)
	require.Empty(t, s.Notes)

	virtual := o
	virtual.Clock, virtual.Left.Leak.HeapMeasured = scenarios.VirtualClock, false
	s = section(scenarios.OnBothClocks(virtual, o))
	require.Equal(t, []string{"3.0 MiB"}, s.Tables[0].Rows[0].Cells[5].Lines)
}
