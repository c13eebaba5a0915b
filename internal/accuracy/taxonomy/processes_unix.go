//go:build linux || darwin

package taxonomy

import (
	"context"
	"os/exec"
	"testing"
	"time"
)

// startCat starts a program that runs until its input is closed.
func startCat(t testing.TB) (cmd *exec.Cmd, end func()) {
	cmd = exec.Command("cat")
	in, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	return keep(cmd), func() { _ = in.Close() }
}

// processLeaks leave child processes. No goroutine shows the first four.
var processLeaks = []Case{
	{Name: "child-runs-on", Shows: "a child process that nobody ends", Want: "still running", Run: func(t testing.TB) { startCat(t) }},
	{Name: "child-not-waited", Shows: "a child that has exited, and no Wait", Want: "child process", Run: func(t testing.TB) {
		_, end := startCat(t)
		end()
	}},
	{Name: "child-killed-not-waited", Shows: "Kill without Wait", Want: "child process", Run: func(t testing.TB) {
		cmd, _ := startCat(t)
		must(t, cmd.Process.Kill())
	}},
	{Name: "child-released", Shows: "Release in place of Wait: the child runs on", Want: "still running", Run: func(t testing.TB) {
		cmd, _ := startCat(t)
		must(t, cmd.Process.Release())
	}},
	{Name: "child-with-context", Shows: "CommandContext that is cancelled, and no Wait", Want: "child process", Run: func(t testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		must(t, exec.CommandContext(ctx, "sleep", "60").Start())
	}},
}

// processInnocents start child processes and wait for them.
var processInnocents = []Case{
	{Name: "child-waited", Shows: "a child that is run", Run: func(t testing.TB) { must(t, exec.Command("true").Run()) }},
	{Name: "child-waited-in-goroutine", Shows: "a goroutine waits for the child, which ends soon", Run: func(t testing.TB) {
		cmd, end := startCat(t)
		go func() { time.Sleep(soon); end(); _ = cmd.Wait() }()
	}},
	{Name: "child-waited-in-cleanup", Shows: "killed and waited for in a cleanup", Run: func(t testing.TB) {
		cmd, _ := startCat(t)
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	}},
	{Name: "child-shared", Shows: "a helper process that was there before the test", Before: func(t testing.TB) { startCat(t) },
		Run: func(t testing.TB) { must(t, exec.Command("true").Run()) }},
}

// roundProcessLeaks leave a child more with each round.
var roundProcessLeaks = []Case{
	{Name: "child-per-call", Shows: "a child more with each call, never waited for", Want: "processes", Run: func(t testing.TB) {
		_, end := startCat(t)
		end()
	}},
}

// roundProcessInnocents keep the number of children.
var roundProcessInnocents = []Case{
	{Name: "child-helper", Shows: "one helper process, started with the first call", Run: func(t testing.TB) {
		if helper == nil {
			helper, _ = startCat(t)
		}
	}},
	{Name: "child-run-per-call", Shows: "a child run to its end with each call", Run: func(t testing.TB) { must(t, exec.Command("true").Run()) }},
}

var helper *exec.Cmd
