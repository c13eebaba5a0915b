package gate

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/internal/gatetest"
	"github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/scenarios"
)

func TestWaivers(t *testing.T) {
	day := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	ceiling := func(v float64) *float64 { return &v }
	r := gatetest.Report()
	r.Bench[0].Allocs = 14
	r.Cells[1].Verdict.Clauses[1].Status = scenarios.Fail
	clause := result.Waiver{Row: "mine/partial/clause-3", Reason: "known", Expires: "2026-05-01"}
	allocs := result.Waiver{Row: "mine/agents=5/allocs", Ceiling: ceiling(14), Reason: "a map more", Expires: "2026-12-31"}
	compare := func(waivers ...result.Waiver) result.Result {
		got, err := Compare(accepted(t), r, Options{Waivers: waivers, Now: day})
		require.NoError(t, err)
		return got
	}
	got := compare(clause, allocs)
	require.Zero(t, got.ExitCode(result.Strict), "%+v", got)
	require.Equal(t, 2, got.Count(result.Waived))
	require.Contains(t, got.Find(clause.Row).Note, "known (until 2026-05-01)")

	low := allocs
	low.Ceiling = ceiling(13)
	got = compare(clause, low)
	require.Contains(t, got.Find(allocs.Row).Note, "above the waiver's ceiling of 13")
	require.Equal(t, 1, compare(clause, low).ExitCode(result.Lenient))
	open := allocs
	open.Ceiling = nil
	require.Equal(t, 1, compare(clause, open).ExitCode(result.Lenient))

	late := clause
	late.Expires = "2026-04-30"
	got = compare(late, allocs)
	require.Equal(t, 1, got.ExitCode(result.Lenient))
	require.Contains(t, strings.Join(got.Failures, " "), "has expired (2026-04-30)")

	for row, want := range map[string]string{"mine/nosuch/clause-1": "names no row", "mine/normal/clause-1": "was not needed"} {
		got = compare(clause, allocs, result.Waiver{Row: row, Reason: "x", Expires: "2026-12-31"})
		require.Contains(t, strings.Join(got.Warnings, " "), want)
		require.Zero(t, got.ExitCode(result.Lenient))
		require.Equal(t, 2, got.ExitCode(result.Strict))
	}
	// A waiver does not accept a row that is unknown.
	r.Bench[0].Allocs, r.Bench[0].Trouble = 12, "it died"
	require.Equal(t, 2, compare(clause, allocs).ExitCode(result.Lenient))
}
