//go:build unix

package child

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// watchParent is how often RunInstead looks whether this process's parent still lives.
const watchParent = 500 * time.Millisecond

// A command that was told to end has instead of time to do so, before its process group
// is killed. A command that has others below it that RunInstead runs has more.
const (
	insteadGrace  = 2 * time.Second
	lifelineGrace = 5 * time.Second
)

// RunInstead runs a command in place of this process, for a parent that expects to have
// started the command itself: with the input and output that cmd says, in a process group
// of its own. It hands on signals. Where one tells to end, or this process's parent has
// ended, the group has two seconds to end before it is killed. When hung is closed, the
// group is asked for its stacks first. What a command that ends by itself leaves running
// is left alone. It returns the exit code; of a command that a signal ended it is 128 and
// the signal's number, as a shell has it. The error says why the command could not be run.
func RunInstead(cmd *exec.Cmd, hung <-chan struct{}) (int, error) {
	done := make(chan struct{})
	defer close(done)
	return runInstead(cmd, map[syscall.Signal]<-chan struct{}{syscall.SIGINT: parentGone(done), syscall.SIGQUIT: hung}, insteadGrace)
}

// RunWithLifeline is RunInstead for a process whose parent holds the other end of its
// lifeline: the command is told to end when the lifeline ends, and has five seconds.
func RunWithLifeline(cmd *exec.Cmd, lifeline io.Reader) (int, error) {
	gone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, lifeline)
		close(gone)
	}()
	return runInstead(cmd, map[syscall.Signal]<-chan struct{}{syscall.SIGINT: gone}, lifelineGrace)
}

// parentGone is closed when this process's parent has ended.
func parentGone(done <-chan struct{}) <-chan struct{} {
	gone, parent := make(chan struct{}), os.Getppid()
	go func() {
		ticker := time.NewTicker(watchParent)
		defer ticker.Stop()
		for os.Getppid() == parent {
			select {
			case <-done:
				return
			case <-ticker.C:
			}
		}
		close(gone)
	}()
	return gone
}

// runInstead runs a command, and sends it each signal whose channel is closed.
func runInstead(cmd *exec.Cmd, when map[syscall.Signal]<-chan struct{}, grace time.Duration) (int, error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	defer signal.Stop(signals)
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return 2, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	gone, hung := when[syscall.SIGINT], when[syscall.SIGQUIT]
	var late <-chan time.Time
	end := func(s syscall.Signal) {
		signalGroup(cmd.Process, s)
		if late == nil {
			late = time.After(grace)
		}
	}
	for {
		select {
		case err := <-ended:
			if late != nil {
				kill(cmd.Process) // what it has started
			}
			return exitCode(cmd.ProcessState, err)
		case s := <-signals:
			end(s.(syscall.Signal))
		case <-gone:
			gone = nil
			end(syscall.SIGINT)
		case <-hung:
			hung = nil
			end(syscall.SIGQUIT)
		case <-late:
			kill(cmd.Process)
		}
	}
}

func signalGroup(p *os.Process, s syscall.Signal) { _ = syscall.Kill(-p.Pid, s) }

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
