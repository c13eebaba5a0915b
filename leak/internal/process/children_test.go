//go:build linux || darwin

package process_test

import (
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// start starts a program that runs until its standard input ends.
func start(t testing.TB) (cmd *exec.Cmd, end func()) {
	t.Helper()
	cmd = exec.Command("cat")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, func() { in.Close() }
}

// only is the one child that there is.
func only(t *testing.T) process.Child {
	t.Helper()
	ids, err := process.ChildIDs()
	require.NoError(t, err)
	children := process.Children(ids)
	require.Len(t, children, 1)
	return children[0]
}

// TestChildren follows a child from its start until it has been waited for. Looking at it
// leaves it to the one who waits.
func TestChildren(t *testing.T) {
	require.False(t, process.HasChildren())
	cmd, end := start(t)
	require.True(t, process.HasChildren())
	c := only(t)
	require.Equal(t, cmd.Process.Pid, c.PID)
	require.False(t, c.Exited)
	end()
	for !only(t).Exited {
		time.Sleep(time.Millisecond)
	}
	require.Equal(t, "cat", only(t).Command)
	require.True(t, process.HasChildren())
	require.NoError(t, cmd.Wait())
	require.False(t, process.HasChildren())
	require.Empty(t, process.Children([]int{cmd.Process.Pid}))
}

// TestChildrenOfThreads: a child is listed, whichever thread has started it.
func TestChildrenOfThreads(t *testing.T) {
	const n = 8
	var want []int
	started := make(chan *exec.Cmd)
	for range n {
		go func() {
			cmd, end := start(t)
			t.Cleanup(func() { end(); cmd.Wait() })
			started <- cmd
		}()
	}
	for range n {
		want = append(want, (<-started).Process.Pid)
	}
	slices.Sort(want)
	got, err := process.ChildIDs()
	require.NoError(t, err)
	slices.Sort(got)
	require.Equal(t, want, got)
}

func BenchmarkHasChildren(b *testing.B) {
	for b.Loop() {
		process.HasChildren()
	}
}

func BenchmarkChildIDs(b *testing.B) {
	cmd, end := start(b)
	defer cmd.Wait()
	defer end()
	for b.Loop() {
		process.ChildIDs()
	}
}
