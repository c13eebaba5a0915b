package suite

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What grows in each round is found by its kind. What stops growing, and what is left
// once, is not. A test that does not run again and again is named.
func TestGrowth(t *testing.T) {
	obs := runModule(t, "growth", Options{Growth: &GrowthOptions{All: true}})
	got := map[string]string{}
	for _, p := range obs.Packages {
		require.Empty(t, p.Error)
		for _, test := range p.Tests {
			require.NotNil(t, test.Rounds, test.Name)
			got[test.Name] = test.Rounds.NotJudged
		}
	}
	byWhat := map[string]Growth{}
	for _, g := range obs.Growth() {
		if g.What == "heap" && (g.Test == "TestRearm" || g.Test == "TestDescriptor") {
			continue // true as well, but perhaps by too little to be told
		}
		got[g.Test] = strings.TrimSpace(got[g.Test] + " " + g.What)
		byWhat[g.Test+" "+g.What] = g
	}
	require.Equal(t, map[string]string{
		"TestHeap": "heap", "TestGoroutine": "goroutines", "TestTimer": "heap", "TestRearm": "timers",
		"TestDescriptor": "descriptors", "TestFile": "files", "TestProcesses": "processes",
		"TestEmpty": "", "TestCacheFills": "", "TestPool": "", "TestOnce": "", "TestParallelInnocent": "", "FuzzInnocent": "", "FuzzGrows": "heap",
		"TestRegister":    "its process ended in round 2: panic: Register called twice [recovered, repanicked]",
		"TestSecondRound": "failed in round 2",
	}, got)
	for key, want := range map[string]string{
		"TestHeap heap":              "grows_test.go:14 example.com/growth.TestHeap",
		"TestTimer heap":             "grows_test.go:20 example.com/growth.TestTimer",
		"TestDescriptor descriptors": os.DevNull,
		"TestFile files":             "upload-*",
		"TestProcesses processes":    "exited and not waited for: true",
	} {
		require.Contains(t, strings.Join(byWhat[key].Where, "\n"), want, key)
	}
	require.Equal(t, "example.com/growth.TestGoroutine", byWhat["TestGoroutine goroutines"].Findings[0].CreatedBy)
	require.InDelta(t, 320, byWhat["TestHeap heap"].PerRound, 160)
}
