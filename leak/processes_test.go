//go:build linux || darwin

package leak_test

import (
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// cat starts a program that runs until the input is closed.
func cat(t testing.TB) (*exec.Cmd, io.Closer) {
	t.Helper()
	cmd := exec.Command("cat")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, in
}

// reap waits for a child that a test of this file has left.
func reap(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// awaitExit returns when the child has exited, and leaves it to be waited for.
func awaitExit(cmd *exec.Cmd) {
	for c := process.Children([]int{cmd.Process.Pid}); len(c) > 0 && !c[0].Exited; c = process.Children([]int{cmd.Process.Pid}) {
		time.Sleep(time.Millisecond)
	}
}

// TestCheckProcesses: a test that starts a child process.
func TestCheckProcesses(t *testing.T) {
	if !apart(t) {
		return
	}
	for name, c := range map[string]struct {
		run  func(t leak.TestingT, cmd *exec.Cmd, in io.Closer)
		want string
	}{
		"runs on":         {func(leak.TestingT, *exec.Cmd, io.Closer) {}, "still running: cat"},
		"exits, no Wait":  {func(_ leak.TestingT, cmd *exec.Cmd, in io.Closer) { in.Close(); awaitExit(cmd) }, "exited and not waited for"},
		"killed, no Wait": {func(_ leak.TestingT, cmd *exec.Cmd, _ io.Closer) { cmd.Process.Kill(); awaitExit(cmd) }, "exited and not waited for"},
		"released":        {func(_ leak.TestingT, cmd *exec.Cmd, _ io.Closer) { cmd.Process.Release() }, "still running: cat"},
		"waited for":      {func(_ leak.TestingT, cmd *exec.Cmd, in io.Closer) { in.Close(); cmd.Wait() }, ""},
		"killed in clean": {func(t leak.TestingT, cmd *exec.Cmd, _ io.Closer) { t.Cleanup(func() { reap(cmd) }) }, ""},
		"a goroutine waits": {func(_ leak.TestingT, cmd *exec.Cmd, in io.Closer) {
			go func() { time.Sleep(20 * time.Millisecond); in.Close(); cmd.Wait() }()
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			cmd, in := (*exec.Cmd)(nil), io.Closer(nil)
			f := &fakeT{name: name}
			f.run(func(ft leak.TestingT) {
				leak.Check(ft, leak.Options{Settle: settleOf(c.want)})
				cmd, in = cat(t)
				c.run(ft, cmd, in)
			})
			defer in.Close()
			if c.want == "" {
				require.Empty(t, f.failures)
				return
			}
			require.Len(t, f.failures, 1)
			require.Contains(t, f.failures[0], "1 child process left behind")
			require.Contains(t, f.failures[0], c.want)
			if c.want != "still running: cat" || name != "released" {
				reap(cmd)
			}
		})
	}
}

// settleOf is short where something is left, and the default where it must end in time.
func settleOf(want string) time.Duration {
	if want == "" {
		return 0
	}
	return brief
}

// TestCheckProcessesOfOthers: a child that was there before is not the test's, and is left to
// whoever waits for it. One that may stay is allowed by its name. One that a subtest's Check
// has reported is not reported again.
func TestCheckProcessesOfOthers(t *testing.T) {
	if !apart(t) {
		return
	}
	helper, in := cat(t)
	f := &fakeT{name: "shared"}
	f.run(func(t leak.TestingT) { leak.Check(t) })
	require.Empty(t, f.failures)
	require.NoError(t, in.Close())
	require.NoError(t, helper.Wait())

	var left *exec.Cmd
	f = &fakeT{name: "allowed"}
	f.run(func(ft leak.TestingT) {
		leak.Check(ft, leak.Options{Settle: brief, Allow: []leak.Allow{{Process: "cat", Reason: "the suite's own"}}})
		left, _ = cat(t)
	})
	require.Empty(t, f.failures)
	reap(left)

	outer, inner := &fakeT{name: "outer"}, &fakeT{name: "outer/inner"}
	outer.run(func(ft leak.TestingT) {
		leak.Check(ft)
		inner.run(func(ft leak.TestingT) {
			leak.Check(ft, leak.Options{Settle: brief})
			left, _ = cat(t)
		})
	})
	require.Len(t, inner.failures, 1)
	require.Empty(t, outer.failures)
	reap(left)
}

// TestCheckProcessesBeside: where another test ran, it is not told whose the child is. The log
// says so.
func TestCheckProcessesBeside(t *testing.T) {
	if !apart(t) {
		return
	}
	a, b := &fakeT{name: "a"}, &fakeT{name: "b"}
	var left *exec.Cmd
	a.run(func(ft leak.TestingT) {
		leak.Check(ft)
		left, _ = cat(t)
		b.run(func(ft leak.TestingT) { leak.Check(ft) })
	})
	require.Empty(t, a.failures)
	require.Contains(t, strings.Join(a.logs, "\n"), "1 child process not judged")
	reap(left)
}

// TestFindProcesses: Find counts those since the snapshot; without one, none.
func TestFindProcesses(t *testing.T) {
	if !apart(t) {
		return
	}
	base := leak.Take()
	left, in := cat(t)
	r, err := leak.Find(t.Context(), base, leak.Options{Settle: brief})
	require.ErrorIs(t, err, leak.ErrLeak)
	require.Len(t, r.Processes, 1)
	require.Equal(t, leak.Process{PID: left.Process.Pid, Command: "cat"}, r.Processes[0])
	r, err = leak.Find(t.Context(), nil, leak.Options{Settle: brief})
	require.NoError(t, err)
	require.NoError(t, in.Close())
	require.NoError(t, left.Wait())
	r, err = leak.Find(t.Context(), base, leak.Options{})
	require.NoError(t, err)
	require.Empty(t, r.Processes)
}

// TestVerifyProcesses: what tests without a Check have left is reported in the end.
func TestVerifyProcesses(t *testing.T) {
	if inChild("verify processes") {
		cat(t)
		return
	}
	out, code := child(t, t.Name(), "verify processes")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "1 child process left behind: 1 running")
}

// TestRepeatProcesses: a child more with each round.
func TestRepeatProcesses(t *testing.T) {
	if !apart(t) {
		return
	}
	judge := leak.Options{Settle: brief, Plan: leak.Plan{Judge: leak.Resources{Processes: true}}}
	fake := repeat(t, func(t testing.TB) { in, _ := cat(t); _ = in }, judge)
	require.Len(t, fake.failures, 1)
	require.Contains(t, fake.failures[0], "processes leak:")
	require.Contains(t, fake.failures[0], "more: running: cat")
	fake = repeat(t, func(t testing.TB) { cmd, in := cat(t); in.Close(); cmd.Wait() }, judge)
	require.Empty(t, fake.failures)
}
