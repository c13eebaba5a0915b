package scenarios

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestComplaint(t *testing.T) {
	for _, tt := range []struct{ output, kind, message string }{
		{"panic: agent a panicked\n\ngoroutine 7 [running]:\n", "panic", "panic: agent a panicked"},
		{"fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1", "deadlock", "fatal error: all goroutines are asleep - deadlock!"},
		{"runtime: program exceeds 200-thread limit\nfatal error: thread exhaustion\n", "fatal", "fatal error: thread exhaustion (program exceeds 200-thread limit)"},
		{"panic: test timed out after 1s\n", "deadline", "panic: test timed out after 1s"},
		{"fatal error: concurrent map writes\n", "fatal", "fatal error: concurrent map writes"},
		{"SIGSEGV: segmentation violation\nPC=0x1", "signal", "SIGSEGV: segmentation violation"},
		{"something that an agent printed\n", "", ""},
		{"", "", ""},
	} {
		kind, message := Complaint(tt.output)
		require.Equal(t, tt.kind, kind, tt.output)
		require.Equal(t, tt.message, message)
	}
}

func TestRaceReports(t *testing.T) {
	report := "WARNING: DATA RACE\nWrite at 0x1 by goroutine 7:\n  main.f()\n"
	output := "noise\n==================\n" + report + "==================\nmore\n==================\n" + report + "==================\nFound 2 data race(s)\n"
	found := RaceReports(output)
	require.Len(t, found, 2)
	require.Equal(t, strings.TrimSpace(report), found[0])
	require.Empty(t, RaceReports("==================\nnot a race\n==================\n"))
	require.Len(t, RaceReports(strings.Repeat("==================\n"+report, 50)), mostRaces)
}

func TestCutTextEndsWithALine(t *testing.T) {
	require.Equal(t, "short", CutText("short", 5))
	require.Equal(t, "one\n... 10 bytes left out ...", CutText("one\ntwo\nthree", 7))
	require.Equal(t, "onetwot\n... 4 bytes left out ...", CutText("onetwothree", 7))
}

func TestCrashSaysItsKindOnce(t *testing.T) {
	require.Equal(t, "panic: planted", Crash{Kind: "panic", Message: "panic: planted"}.String())
	require.Equal(t, "fatal: unlock", Crash{Kind: "fatal", Message: "fatal error: unlock"}.String())
	require.Equal(t, "exit: status 3", Crash{Kind: "exit", Message: "status 3"}.String())
}
