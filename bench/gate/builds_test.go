package gate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/internal/gatetest"
	"github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

func TestOtherBuildsAreRefused(t *testing.T) {
	for name, change := range map[string]func(*reports.Report){
		"go1.26":     func(r *reports.Report) { r.Environment.Go = "go1.26.8" },
		"windows":    func(r *reports.Report) { r.Environment.OS = "windows" },
		"arm64":      func(r *reports.Report) { r.Environment.Arch = "arm64" },
		"with -race": func(r *reports.Report) { r.Environment.RaceBuild = true },
		"Go version": func(r *reports.Report) { r.Environment.Go = "gc" },
		"cut short":  func(r *reports.Report) { r.Partial = "interrupted" },
		"no rows": func(r *reports.Report) {
			r.Cells, r.Bench = nil, nil
		},
	} {
		r := gatetest.Report()
		change(r)
		_, err := Compare(accepted(t), r, Options{})
		require.ErrorContains(t, err, name)
	}
	_, err := Compare(accepted(t), nil, Options{})
	require.Error(t, err)
}

func TestRaceCellsHaveRowsOfTheirOwn(t *testing.T) {
	raced := gatetest.Report()
	c := raced.Cells[0]
	c.Observation.Race = true
	raced.Cells = append(raced.Cells, c)
	// A quick run has no cells under the race detector, and neither has its baseline.
	got, err := Compare(accepted(t), raced, Options{})
	require.NoError(t, err)
	require.Equal(t, 1, got.Count(result.New))
	require.Zero(t, got.ExitCode(result.Lenient))
	require.Equal(t, 2, got.ExitCode(result.Strict))
	broken := gatetest.Report()
	c.Verdict.Clauses = []scenarios.ClauseResult{{Clause: 3, Status: scenarios.Fail}}
	broken.Cells = append(broken.Cells, c)
	got, err = Compare(accepted(t), broken, Options{})
	require.NoError(t, err)
	require.Equal(t, 1, got.ExitCode(result.Lenient), "what they break was not accepted")

	b := accept(t, raced)
	require.Len(t, b.file.Sets, 2)
	got, err = Compare(b, raced, Options{})
	require.NoError(t, err)
	require.Zero(t, got.ExitCode(result.Strict))
	got, err = Compare(b, gatetest.Report(), Options{})
	require.NoError(t, err)
	require.Contains(t, strings.Join(got.Warnings, " "), "with -race were not measured")
	require.Equal(t, 2, got.ExitCode(result.Strict))
}

func TestAnotherMachineIsNamed(t *testing.T) {
	r := gatetest.Report()
	r.Environment.Cores = 64
	slowed(r, 0, 1)
	got, err := Compare(accepted(t), r, Options{})
	require.NoError(t, err)
	require.Equal(t, result.OK, got.Find("mine/agents=5/procs=1/time").Status, "+30 % may be the machine's")
	require.Contains(t, strings.Join(got.Warnings, " "), "another machine (Example, 2 cores; here Example, 64 cores)")
	require.Equal(t, 2, got.ExitCode(result.Strict))
	// A processor without a name may be any processor.
	nameless := accepted(t)
	nameless.file.Sets[0].Machine.CPU = ""
	r.Environment.CPU, r.Environment.Cores = "", 2
	got, err = Compare(nameless, r, Options{})
	require.NoError(t, err)
	require.Contains(t, strings.Join(got.Warnings, " "), "another machine")
	r.Environment.CPU, r.Environment.Cores = "Example", 64
	// Machines do not differ by a factor of two.
	r.Bench[0].Times = []reports.Timing{gatetest.Timing(1, 0, 4), gatetest.Timing(1, 1, 4), gatetest.Timing(2, 0, 2)}
	got, err = Compare(accepted(t), r, Options{})
	require.NoError(t, err)
	require.Equal(t, 1, got.ExitCode(result.Lenient))
}
