//go:build unix

package stress

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/stress/internal/folder"
)

// patience bounds what the tests below wait for; nothing takes as long.
const patience = 30 * time.Second

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
	pid := 0
	require.Eventually(t, func() bool {
		data, err := os.ReadFile(filepath.Join(c.dir, "pid"))
		if err != nil || !strings.HasSuffix(string(data), "\n") {
			return false
		}
		pid, err = strconv.Atoi(strings.TrimSpace(string(data)))
		return err == nil
	}, patience, 5*time.Millisecond, "no child came up")
	return pid
}

func (c *command) report(t *testing.T) *reports.Report {
	t.Helper()
	r, err := reports.Load(filepath.Join(c.dir, "reports", "latest", folder.ReportFile))
	require.NoError(t, err, c.stderr.String())
	return r
}

// alive says whether a process runs. One that is dead and was not collected by
// its new parent does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	if runtime.GOOS != "linux" {
		return true
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
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
	require.False(t, alive(c.child(t)))
}

// A candidate that could not be looked at is neither safe nor broken.
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
	require.True(t, alive(pid))
	// Twice, as a supervisor does that signals the process and then its group.
	require.NoError(t, c.cmd.Process.Signal(os.Interrupt))
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	_ = c.cmd.Wait()
	require.False(t, alive(pid), "the child outlived the run")
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
	require.True(t, alive(pid))
	require.NoError(t, c.cmd.Process.Kill())
	_ = c.cmd.Wait()
	require.Eventually(t, func() bool { return !alive(pid) }, time.Second, 5*time.Millisecond, "the child outlived kill -9 of its parent")
}
