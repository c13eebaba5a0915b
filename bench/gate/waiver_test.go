package gate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/scenarios"
)

func TestWaivers(t *testing.T) {
	day := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	ceiling := func(v float64) *float64 { return &v }
	r := run()
	r.Bench[0].Allocs = 14
	r.Cells[1].Verdict.Clauses[1].Status = scenarios.Fail
	clause := Waiver{Row: "mine/partial/clause-3", Reason: "known", Expires: "2026-05-01"}
	allocs := Waiver{Row: "mine/agents=5/allocs", Ceiling: ceiling(14), Reason: "a map more", Expires: "2026-12-31"}
	compare := func(waivers ...Waiver) Result {
		got, err := Compare(accepted(t), r, Options{Waivers: waivers, Now: day})
		require.NoError(t, err)
		return got
	}
	got := compare(clause, allocs)
	require.Zero(t, got.ExitCode(Strict), "%+v", got)
	require.Equal(t, 2, got.Count(Waived))
	require.Contains(t, got.find(clause.Row).Note, "known (until 2026-05-01)")

	low := allocs
	low.Ceiling = ceiling(13)
	got = compare(clause, low)
	require.Contains(t, got.find(allocs.Row).Note, "above the waiver's ceiling of 13")
	require.Equal(t, 1, compare(clause, low).ExitCode(Lenient))
	open := allocs
	open.Ceiling = nil
	require.Equal(t, 1, compare(clause, open).ExitCode(Lenient))

	late := clause
	late.Expires = "2026-04-30"
	got = compare(late, allocs)
	require.Equal(t, 1, got.ExitCode(Lenient))
	require.Contains(t, strings.Join(got.Failures, " "), "has expired (2026-04-30)")

	for row, want := range map[string]string{"mine/nosuch/clause-1": "names no row", "mine/normal/clause-1": "was not needed"} {
		got = compare(clause, allocs, Waiver{Row: row, Reason: "x", Expires: "2026-12-31"})
		require.Contains(t, strings.Join(got.Warnings, " "), want)
		require.Zero(t, got.ExitCode(Lenient))
		require.Equal(t, 2, got.ExitCode(Strict))
	}
	// Doubt is not waived: the row is not worse.
	r.Bench[0].Allocs, r.Bench[0].Trouble = 12, "it died"
	require.Equal(t, 2, compare(clause, allocs).ExitCode(Lenient))
}

func TestManyRowsAlikeAreSummedUp(t *testing.T) {
	var r Result
	for i := range 50 {
		r.Rows = append(r.Rows, Row{Name: fmt.Sprintf("mine/s%d/clause-5", i), Status: Worse, Got: "fail", Want: "pass"})
	}
	var out strings.Builder
	require.NoError(t, r.Render(&out, RenderOptions{}))
	require.Equal(t, 4, strings.Count(out.String(), "mine/s"))
	require.Contains(t, out.String(), "and 46 rows more, .../clause-5")
	require.Contains(t, out.String(), "FAILED: 50 worse")
}
