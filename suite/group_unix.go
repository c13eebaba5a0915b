//go:build unix

package suite

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// watchParent is how often a starter looks whether the go command still lives.
const watchParent = 500 * time.Millisecond

// runGroup runs a command in a process group of its own, and returns its exit code. It
// hands on the signals that it gets, and kills the group where its parent has ended.
func runGroup(cmd *exec.Cmd) (int, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	defer signal.Stop(signals)
	parent := os.Getppid()
	if err := cmd.Start(); err != nil {
		return 2, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ticker := time.NewTicker(watchParent)
	defer ticker.Stop()
	for {
		select {
		case err := <-ended:
			return exitCode(cmd, err)
		case s := <-signals:
			_ = syscall.Kill(-cmd.Process.Pid, s.(syscall.Signal))
		case <-ticker.C:
			if os.Getppid() != parent {
				_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			}
		}
	}
}

// exitCode is that of a command that has ended. One that a signal ended has 128 and the
// signal's number, as a shell has it.
func exitCode(cmd *exec.Cmd, err error) (int, error) {
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return 2, err
	}
	if s, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		return 128 + int(s.Signal()), nil
	}
	return cmd.ProcessState.ExitCode(), nil
}
