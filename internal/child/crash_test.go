package child

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ended runs a shell command and returns its end, with other output.
func ended(t *testing.T, command, output string) Result {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell here to make exit codes with")
	}
	cmd := exec.Command(sh, "-c", command)
	_ = cmd.Run()
	return Result{End: Exited, State: cmd.ProcessState, Output: output}
}

func TestCrash(t *testing.T) {
	for _, tt := range []struct {
		name, command, output string
		end                   End
		kind, message         string
	}{
		{name: "no result", command: "exit 0", kind: "exit", message: "exit status 0 without a result"},
		{name: "told why", command: "exit 2", output: "scenarios: no such thing\nmore", kind: "exit", message: "exit status 2: scenarios: no such thing"},
		{name: "panic", command: "exit 2", output: "panic: boom\n\ngoroutine 1", kind: "panic", message: "panic: boom"},
		{name: "killed", command: "kill -9 $$", kind: "signal", message: "signal: killed, not sent by this program (out of memory?)"},
		{name: "stopped", command: "kill -9 $$", end: Stopped, kind: "signal", message: "signal: killed, because the run was stopped"},
		{name: "deadline", command: "kill -9 $$", end: TimedOut, output: "SIGQUIT: quit\ngoroutine 1", kind: "deadline", message: "killed after 0s, its deadline"},
		{name: "deadline, mute", command: "kill -9 $$", end: TimedOut, kind: "deadline", message: "killed after 0s, its deadline; it left no stacks"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := ended(t, tt.command, tt.output)
			if tt.end != "" {
				r.End = tt.end
			}
			got := r.Crash(1 << 10)
			require.Equal(t, Crash{Kind: tt.kind, Message: tt.message, Stacks: tt.output}, got)
		})
	}
}

func TestOK(t *testing.T) {
	require.True(t, ended(t, "exit 0", "").OK())
	require.True(t, ended(t, "exit 66", race).OK(), "the race detector's exit code")
	require.False(t, ended(t, "exit 1", "").OK())
	require.False(t, ended(t, "kill -9 $$", "").OK())
	late := ended(t, "exit 0", "")
	late.End = TimedOut
	require.False(t, late.OK())
}

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

func TestRaces(t *testing.T) {
	report := "WARNING: DATA RACE\nWrite at 0x1 by goroutine 7:\n  main.f()\n"
	output := "noise\n==================\n" + report + "==================\nmore\n==================\n" + report + "==================\nFound 2 data race(s)\n"
	found := Races(output)
	require.Len(t, found, 2)
	require.Equal(t, strings.TrimSpace(report), found[0])
	require.Empty(t, Races("==================\nnot a race\n==================\n"))
	require.Len(t, Races(strings.Repeat("==================\n"+report, 50)), mostRaces)
}

// What the race detector counted is a race, whether its report can be read or not.
func TestRacesThatCannotBeRead(t *testing.T) {
	torn := strings.Replace(race, raceBegins, "log "+raceBegins, 1)
	require.Empty(t, Races(torn), "an executor may print these words")
	require.Contains(t, CountedRaces(torn)[0], "amid other output:\n"+raceBegins+"\nWrite at")
	require.Contains(t, CountedRaces("nothing of it\n")[0], "has no report of it")
	require.Len(t, CountedRaces(race), 1)
}

func TestCutEndsWithALine(t *testing.T) {
	require.Equal(t, "short", Cut("short", 5))
	require.Equal(t, "one\n... 10 bytes left out ...", Cut("one\ntwo\nthree", 7))
	require.Equal(t, "onetwot\n... 4 bytes left out ...", Cut("onetwothree", 7))
}
