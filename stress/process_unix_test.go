//go:build unix

package stress

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/stress/internal/folder"
)

// command is this test binary as the command, in a folder of its own.
type command struct {
	cmd    *exec.Cmd
	dir    string
	stderr *bytes.Buffer
}

func newCommand(t *testing.T, args ...string) *command {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	c := &command{cmd: exec.Command(exe, args...), dir: t.TempDir(), stderr: &bytes.Buffer{}}
	c.cmd.Dir = c.dir
	c.cmd.Env = append(os.Environ(), commandEnv+"=1", pidEnv+"="+filepath.Join(c.dir, "pid"), "TMPDIR="+c.dir)
	c.cmd.Stderr = c.stderr
	return c
}

// run runs to the end and returns the exit code.
func (c *command) run(t *testing.T) int {
	t.Helper()
	err := c.cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return c.cmd.ProcessState.ExitCode()
}

// child waits until the sleeper has said who it is.
func (c *command) child(t *testing.T) int {
	t.Helper()
	return childtest.Await(t, filepath.Join(c.dir, "pid"), 1)[0]
}

func (c *command) report(t *testing.T) *reports.Report {
	t.Helper()
	r, err := reports.Load(filepath.Join(c.dir, "reports", "latest", folder.ReportFile))
	require.NoError(t, err, c.stderr.String())
	return r
}

func observed(t *testing.T, r *reports.Report, executor, scenario string) scenarios.Observation {
	t.Helper()
	c, ok := r.Find(executor, scenario)
	require.True(t, ok, "no cell %s/%s", executor, scenario)
	return c.Observation
}

func TestPanickingAgentIsAnObservation(t *testing.T) {
	t.Parallel()
	c := newCommand(t, "-executors", "waitgroup", "-scenarios", "panic,normal")
	require.Equal(t, ExitOK, c.run(t), c.stderr.String())
	r := c.report(t)
	crash := observed(t, r, "waitgroup", "panic").Crash
	require.NotNil(t, crash)
	require.Equal(t, "panic", crash.Kind)
	require.Contains(t, crash.Stacks, "mocks.PanicAfter")
	require.Nil(t, observed(t, r, "reference", "panic").Crash)
	require.Equal(t, 1, observed(t, r, "waitgroup", "normal").Totals.Returned, "the run went on")
	require.Empty(t, r.Partial)
}

func TestChildPastItsDeadlineIsKilledWithStacks(t *testing.T) {
	t.Parallel()
	c := newCommand(t, "-executors", "sleeper", "-scenarios", "normal", "-timeout", "4s")
	require.Equal(t, ExitOK, c.run(t), c.stderr.String())
	r := c.report(t)
	crash := observed(t, r, "sleeper", "normal").Crash
	require.NotNil(t, crash)
	require.Equal(t, "deadline", crash.Kind)
	require.Contains(t, crash.Stacks, "waitForNothing")
	require.Nil(t, observed(t, r, "reference", "normal").Crash, "the run went on")
	require.False(t, childtest.Alive(c.child(t)))
}

// A candidate that could not be observed is neither safe nor broken.
func TestUnknownCandidateIsExit2(t *testing.T) {
	t.Parallel()
	c := newCommand(t, "-after", "sleeper", "-executors", "waitgroup", "-scenarios", "normal", "-timeout", "4s")
	require.Equal(t, ExitTrouble, c.run(t), c.stderr.String())
	require.Equal(t, "sleeper", c.report(t).After)
}

func TestInterruptLeavesNoChildAndAPartialReport(t *testing.T) {
	t.Parallel()
	c := newCommand(t, "-executors", "sleeper", "-scenarios", "normal", "-timeout", "1h")
	require.NoError(t, c.cmd.Start())
	pid := c.child(t)
	require.True(t, childtest.Alive(pid))
	// Twice, as a supervisor does that signals the process and then its group.
	require.NoError(t, c.cmd.Process.Signal(os.Interrupt))
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	_ = c.cmd.Wait()
	require.False(t, childtest.Alive(pid), "the child outlived the run")
	require.Equal(t, ExitTrouble, c.cmd.ProcessState.ExitCode(), c.stderr.String())
	r := c.report(t)
	require.Contains(t, r.Partial, "interrupted")
	_, ok := r.Find("sleeper", "normal")
	require.False(t, ok, "a cell that was stopped has nothing to say")
	left, err := filepath.Glob(filepath.Join(c.dir, "stress-*"))
	require.NoError(t, err)
	require.Empty(t, left, "temporary folders")
}

func TestKilledRunLeavesNoChild(t *testing.T) {
	t.Parallel()
	c := newCommand(t, "-executors", "sleeper", "-scenarios", "normal", "-timeout", "1h")
	require.NoError(t, c.cmd.Start())
	pid := c.child(t)
	require.True(t, childtest.Alive(pid))
	require.NoError(t, c.cmd.Process.Kill())
	_ = c.cmd.Wait()
	childtest.Gone(t, time.Second, pid) // kill -9 of its parent ends it
}
