package known

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// inRounds is a test that ran in rounds, with the verdict of its heap.
func inRounds(name string, heap leak.Verdict) suite.Test {
	one := test(name, nil)
	one.Rounds = &suite.Rounds{Ran: 23, Report: &leak.RoundsReport{Heap: leak.Trend{Verdict: heap}}}
	return one
}

// What grows is known, new, expired and fixed as what is left is.
func TestJudgeGrowth(t *testing.T) {
	const text = `leaks: [{package: example.com/m, tests: [TestCache], grows: heap, until: 2026-11-28, reason: a cache without a bound}]`
	tomorrow := today
	tomorrow.Today = today.Today.AddDate(0, 0, 1)
	notRun, unfit := test("TestCache", nil), inRounds("TestCache", leak.Clean)
	unfit.Rounds.Report, unfit.Rounds.NotJudged = nil, "failed in round 2"
	for name, tt := range map[string]struct {
		test suite.Test
		run  Run
		want suite.Verdict
	}{
		"known":        {inRounds("TestCache", leak.Leaking), today, suite.Known},
		"another test": {inRounds("TestOther", leak.Leaking), today, suite.New},
		"expired":      {inRounds("TestCache", leak.Leaking), tomorrow, suite.Expired},
		"fixed":        {inRounds("TestCache", leak.Clean), today, suite.Fixed},
		"unsure":       {inRounds("TestCache", leak.Unknown), today, ""},
		"not judged":   {unfit, today, ""},
		"no rounds":    {notRun, today, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := list(t, text).Judge(result(tt.test), tt.run)
			require.Empty(t, r.Sites)
			if tt.want == "" {
				require.Empty(t, r.Growth)
				return
			}
			require.Len(t, r.Growth, 1)
			require.Equal(t, tt.want, r.Growth[0].Verdict)
			want := 0
			if tt.want.Fails() {
				want = 1
			}
			require.Equal(t, want, r.ExitCode())
		})
	}
}

// An update writes what grows, and takes out what grows no more.
func TestUpdateGrowth(t *testing.T) {
	l := &List{File: filepath.Join(t.TempDir(), "leaks.yaml")}
	text := updated(t, l, result(inRounds("TestA", leak.Leaking), inRounds("TestB", leak.Leaking)))
	require.Contains(t, text, "tests:\n      - TestA\n      - TestB\n    grows: heap\n    reason: \"\"\n")
	l, err := Load(l.File)
	require.NoError(t, err)
	text = updated(t, l, result(inRounds("TestA", leak.Clean), inRounds("TestB", leak.Clean)))
	require.NotContains(t, text, "grows")
}
