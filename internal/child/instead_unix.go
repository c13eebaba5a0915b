//go:build unix

package child

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// watchParent is how often RunInstead looks whether this process's parent still lives.
const watchParent = 500 * time.Millisecond

// RunInstead runs a command in place of this process, for a parent that expects to have
// started the command itself: with the input and output that cmd says, in a process group
// of its own. It hands on signals, and kills the group where this process's parent has
// ended. What the command has started and left running when it ends is left alone. It
// returns the exit code; of a command that a signal ended it is 128 and the signal's
// number, as a shell has it. The error says why the command could not be run.
func RunInstead(cmd *exec.Cmd) (int, error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	defer signal.Stop(signals)
	ownGroup(cmd)
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
			return exitCode(cmd.ProcessState, err)
		case s := <-signals:
			_ = syscall.Kill(-cmd.Process.Pid, s.(syscall.Signal))
		case <-ticker.C:
			if os.Getppid() != parent {
				kill(cmd.Process)
			}
		}
	}
}

// exitCode is that of a command that has ended.
func exitCode(state *os.ProcessState, err error) (int, error) {
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return 2, err
	}
	if s, ok := state.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		return 128 + int(s.Signal()), nil
	}
	return state.ExitCode(), nil
}
