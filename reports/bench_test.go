package reports

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// benched is a report with costs, one of which could not be measured.
func benched() *Report {
	return &Report{Schema: Schema, After: "new", Executors: []Named{{Name: "old"}, {Name: "new"}}, Bench: []Cost{
		{Executor: "old", Agents: 5, Trouble: "it died"},
		{Executor: "new", Agents: 5, Requests: 1000, Allocs: 12, AllocBytes: 1424, Times: []Timing{
			{Procs: 1, Call: []float64{200, 210, 220}, Floor: []float64{100, 100, 100}},
			{Procs: 1, Batch: 1, Call: []float64{220}, Floor: []float64{100}},
		}},
	}}
}

func TestBenchIsStoredAndShown(t *testing.T) {
	var stored bytes.Buffer
	require.NoError(t, JSON(&stored, benched()))
	again, err := Decode(&stored)
	require.NoError(t, err)
	require.Equal(t, benched(), again)
	require.Equal(t, []float64{2, 2.1, 2.2}, again.Bench[1].Times[0].Ratios())
	var shown, markdown strings.Builder
	require.NoError(t, Terminal(&shown, again, TerminalOptions{}))
	require.NoError(t, Markdown(&markdown, again))
	for _, text := range []string{shown.String(), markdown.String()} {
		require.Contains(t, text, "15 x (n=4)")
		require.Contains(t, text, "not measured")
	}
}

func TestBenchThatMakesNoSenseIsRefused(t *testing.T) {
	for want, change := range map[string]func(*Report){
		`bench[1].executor "other"`:   func(r *Report) { r.Bench[1].Executor = "other" },
		`("old" with 5 agents) twice`: func(r *Report) { r.Bench[1].Executor = "old" },
		"of batch 2, want 0 or 1":     func(r *Report) { r.Bench[1].Times[0].Batch = 2 },
		"want them in pairs":          func(r *Report) { r.Bench[1].Times[0].Floor = nil },
	} {
		r := benched()
		change(r)
		var stored bytes.Buffer
		require.NoError(t, JSON(&stored, r))
		_, err := Decode(&stored)
		require.ErrorContains(t, err, want)
	}
}

func TestRatiosHaveAnIntervalWhereSamplesAllow(t *testing.T) {
	require.Equal(t, "2.15 x (n=4)", ratioText([]float64{2, 2.1, 2.2, 2.2}))
	many := make([]float64, 41)
	for i := range many {
		many[i] = 1 + float64(i)/100
	}
	require.Regexp(t, `^1\.20 \[1\.1\d,1\.2\d\]$`, ratioText(many))
}
