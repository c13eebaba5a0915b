package ci

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
	"github.com/watertight-go/watertight/scenarios"
)

// The harness starts the callers. A caller that is left behind is blamed on the
// function that makes the executor, even if the harness is in the same repository.
func TestFaultOfACallerIsTheExecutors(t *testing.T) {
	cell := scenarios.Cell{
		Observation: scenarios.Observation{Executor: "mine", Scenario: "normal"},
		Verdict:     scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: executor.BoundsStuck, Status: scenarios.Fail}}},
	}
	at := func(createdBy string) *fault {
		cell.Observation.Left.Leak.Findings = []leak.Finding{{Count: 1, CreatedBy: createdBy, File: "/repo/some/file.go", Line: 7}}
		r := &reports.Report{After: "mine", Cells: []scenarios.Cell{cell}, Environment: reports.Environment{Root: "/repo"},
			Executors: []reports.Executor{{Name: "mine", File: "/repo/mine.go", Line: 3}}}
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

func TestFingerprintSurvivesEditsAbove(t *testing.T) {
	a, b := fixtures.Broken(), fixtures.Broken()
	for i := range b.Cells {
		for j := range b.Cells[i].Observation.Left.Leak.Findings {
			b.Cells[i].Observation.Left.Leak.Findings[j].Line += 7
		}
	}
	prints := func(r *reports.Report) (all []string) {
		for _, f := range faults(r) {
			all = append(all, fingerprint(r, f))
		}
		return all
	}
	require.Equal(t, prints(a), prints(b))
	require.Len(t, set3(prints(a)), len(prints(a)), "different defects have different ones")
}

func set3(all []string) map[string]bool {
	m := map[string]bool{}
	for _, s := range all {
		m[s] = true
	}
	return m
}

func TestUnwaivedAndAllowedAreNoFaults(t *testing.T) {
	r := fixtures.Full(2)
	fixtures.Leave(&r.Cells[4].Observation.Left, "reference", 3)
	require.Empty(t, faults(r), "goroutines within the bound are no defect")
	r.Cells[4].Verdict.Clauses[executor.BoundsStuck-1].Status = scenarios.Waived
	require.Empty(t, faults(r))
	r.Cells[4].Verdict.Clauses[executor.BoundsStuck-1].Status = scenarios.Fail
	require.NotEmpty(t, faults(r))
}
