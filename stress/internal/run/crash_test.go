package run

import (
	"cmp"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/scenarios"
)

func TestLimitIn(t *testing.T) {
	for _, tt := range []struct {
		output string
		want   *scenarios.LimitHit
	}{
		{"runtime: program exceeds 200-thread limit\nfatal error: thread exhaustion", &scenarios.LimitHit{Resource: "threads", Limit: 200, Message: "runtime: program exceeds 200-thread limit"}},
		{"runtime: failed to create new OS thread (have 4093 already; errno=11)", &scenarios.LimitHit{Resource: "threads", Limit: 4093, Message: "runtime: failed to create new OS thread (have 4093 already"}},
		{"fatal error: runtime: out of memory", &scenarios.LimitHit{Resource: "memory", Message: "fatal error: runtime: out of memory"}},
		{"x\npanic: dial tcp: too many open files\n\nruntime: program exceeds 9-thread limit", &scenarios.LimitHit{Resource: "descriptors", Message: "panic: dial tcp: too many open files"}},
		{"panic: nothing to do with limits", nil},
	} {
		require.Equal(t, tt.want, limitIn(tt.output), tt.output)
	}
}

// ended runs a shell command and returns its end, with other output.
func ended(t *testing.T, command, output string) child.Result {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell here to make exit codes with")
	}
	cmd := exec.Command(sh, "-c", command)
	_ = cmd.Run()
	return child.Result{End: child.Exited, State: cmd.ProcessState, Output: output}
}

func TestClassify(t *testing.T) {
	race := "==================\nWARNING: DATA RACE\nx\n==================\n"
	for _, tt := range []struct {
		name, command, output string
		end                   child.End
		finished              bool
		kind, message         string
		races                 int
	}{
		{name: "fine", command: "exit 0", finished: true},
		{name: "races are no crash", command: "exit 66", output: race, finished: true, races: 1},
		{name: "no result", command: "exit 0", kind: "exit", message: "exit status 0 without a result"},
		{name: "says why", command: "exit 2", output: "scenarios: no such thing\n", kind: "exit", message: "exit status 2: scenarios: no such thing"},
		{name: "panic", command: "exit 2", output: "panic: boom\n\ngoroutine 1", kind: "panic", message: "panic: boom"},
		{name: "panic after the result", command: "exit 2", output: "panic: boom", finished: true, kind: "panic", message: "panic: boom"},
		{name: "killed", command: "kill -9 $$", kind: "signal", message: "signal: killed, not sent by this program (out of memory?)"},
		{name: "deadline", command: "kill -9 $$", end: child.TimedOut, output: "SIGQUIT: quit\ngoroutine 1", kind: "deadline", message: "killed after 0s, its deadline"},
		{name: "deadline, mute", command: "kill -9 $$", end: child.TimedOut, kind: "deadline", message: "killed after 0s, its deadline; it left no stacks"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			end := ended(t, tt.command, tt.output)
			end.End = cmp.Or(tt.end, child.Exited)
			var o scenarios.Observation
			classify(&o, end, tt.finished)
			require.Len(t, o.Races, tt.races)
			if tt.kind == "" {
				require.Nil(t, o.Crash)
				return
			}
			require.NotNil(t, o.Crash)
			require.Equal(t, tt.kind, o.Crash.Kind)
			require.Equal(t, tt.message, o.Crash.Message)
		})
	}
}
