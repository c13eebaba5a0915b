package reports

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
)

// A caller that is left behind was started by the harness, even where that is in
// the reader's repository: the place to look at is where the executor is made.
func TestFaultOfACallerIsTheExecutors(t *testing.T) {
	cell := Cell{
		Observation: scenarios.Observation{Executor: "mine", Scenario: "normal"},
		Verdict:     scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: executor.BoundsStuck, Status: scenarios.Fail}}},
	}
	at := func(createdBy string) *fault {
		cell.Observation.Left.Leak.Findings = []leak.Finding{{Count: 1, CreatedBy: createdBy, File: "/repo/some/file.go", Line: 7}}
		r := &Report{After: "mine", Cells: []Cell{cell}, Environment: Environment{Root: "/repo"},
			Executors: []Named{{Name: "mine", File: "/repo/mine.go", Line: 3}}}
		all := faults(r)
		require.Len(t, all, 1)
		return all[0]
	}
	f := at("github.com/watertight-go/watertight/scenarios.(*cell).launch")
	require.Equal(t, "mine.go:3", f.at.String())
	require.Equal(t, "some/file.go:7", f.created.String())
	f = at("example.com/mine.Fetch")
	require.Equal(t, "some/file.go:7", f.at.String())
	require.Empty(t, f.created.String())
}
