package gate

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/internal/gatetest"
	"github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

func slowed(r *reports.Report, batches ...int) {
	r.Bench[0].Times = []reports.Timing{gatetest.Timing(2, 0, 2)}
	for _, b := range batches {
		r.Bench[0].Times = append(r.Bench[0].Times, gatetest.Timing(1, b, 2.6))
	}
}

// accept makes a baseline of a report, and stores and loads it.
func accept(t *testing.T, r *reports.Report) *Baseline {
	t.Helper()
	b := &Baseline{}
	_, err := b.Accept(r)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "baseline.json")
	require.NoError(t, b.Save(path))
	again, err := Load(path)
	require.NoError(t, err)
	written, err := b.file.Encode()
	require.NoError(t, err)
	read, err := again.file.Encode()
	require.NoError(t, err)
	require.Equal(t, string(written), string(read), "what was written is what is read")
	return again
}

func accepted(t *testing.T) *Baseline {
	t.Helper()
	return accept(t, gatetest.Report())
}

func TestSameRunPasses(t *testing.T) {
	got, err := Compare(accepted(t), gatetest.Report(), Options{})
	require.NoError(t, err)
	require.Equal(t, len(got.Rows), got.Count(result.OK), "%+v", got.Rows)
	require.Len(t, got.Rows, 2*6+5+2)
	require.Empty(t, got.Warnings)
	require.Zero(t, got.ExitCode(result.Strict))
}

func TestAcceptedFailureMayStay(t *testing.T) {
	broken := gatetest.Report()
	broken.Cells[1].Verdict.Clauses[1].Status = scenarios.Fail
	b := accept(t, broken)
	got, err := Compare(b, broken, Options{})
	require.NoError(t, err)
	require.Zero(t, got.ExitCode(result.Strict))
	got, err = Compare(b, gatetest.Report(), Options{})
	require.NoError(t, err)
	require.Equal(t, result.Better, got.Find("mine/partial/clause-3").Status)
}

// A negative threshold is none at all, not the default.
func TestThresholdOfNone(t *testing.T) {
	r := gatetest.Report()
	r.Bench[0].Times = []reports.Timing{gatetest.Timing(1, 0, 2.2), gatetest.Timing(1, 1, 2.2), gatetest.Timing(2, 0, 2)}
	for threshold, want := range map[float64]result.Status{0: result.OK, -1: result.Worse} {
		got, err := Compare(accepted(t), r, Options{Threshold: threshold})
		require.NoError(t, err)
		require.Equal(t, want, got.Find("mine/agents=5/procs=1/time").Status, "threshold %v", threshold)
	}
}

// A report that was made in memory may have a batch number that reports.Load would refuse.
func TestUnknownBatchIsNoSample(t *testing.T) {
	r := gatetest.Report()
	r.Bench[0].Times = []reports.Timing{gatetest.Timing(1, 2, 2), gatetest.Timing(2, 0, 2)}
	got, err := Compare(accepted(t), r, Options{})
	require.NoError(t, err)
	require.Equal(t, result.Unknown, got.Find("mine/agents=5/procs=1/time").Status)
}

func TestKindsThatAreLeftOutAreNamed(t *testing.T) {
	r := gatetest.Report()
	r.Bench = nil
	got, err := Compare(accepted(t), r, Options{Measure: []Kind{Cells}})
	require.NoError(t, err)
	require.Zero(t, got.ExitCode(result.Strict))
	require.Len(t, got.LeftOut, 2)
	var out strings.Builder
	require.NoError(t, got.Render(&out, result.RenderOptions{}))
	require.Contains(t, out.String(), "2 rows of the baseline's times left out")
}
