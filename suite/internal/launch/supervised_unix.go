//go:build unix

package launch

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// grace is how long the go command and the tests have to end once they were told to,
// before they are killed.
const grace = 5 * time.Second

// run runs the go command in a process group of its own. It hands on signals to it and to
// the tests. Where one tells to end, or the lifeline ends, they have five seconds before
// they are killed with all that they have started. What a test leaves running is left
// alone otherwise. It returns the exit code; of a command that a signal ended it is 128
// and the signal's number, as a shell has it. The error says why the command could not be
// run.
func (s supervised) run(lifeline io.Reader) (int, error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	defer signal.Stop(signals)
	s.cmd.SysProcAttr = ownGroup()
	endWithParent(s.cmd.SysProcAttr)
	if err := s.cmd.Start(); err != nil {
		return 2, err
	}
	ended, gone := make(chan error, 1), make(chan struct{})
	go func() { ended <- s.cmd.Wait() }()
	go func() {
		_, _ = io.Copy(io.Discard, lifeline)
		close(gone)
	}()
	var late <-chan time.Time
	end := func(sig syscall.Signal) {
		s.signal(sig)
		if late == nil {
			late = time.After(grace)
		}
	}
	for {
		select {
		case err := <-ended:
			code, err := exitCode(s.cmd.ProcessState, err)
			if late != nil || code > signaled {
				s.signal(syscall.SIGKILL)
			}
			return code, err
		case sig := <-signals:
			end(sig.(syscall.Signal))
		case <-gone:
			gone = nil
			end(syscall.SIGINT)
		case <-late:
			s.signal(syscall.SIGKILL)
		}
	}
}

// signal signals the go command and all test binaries that run, with what they have
// started. Their numbers cannot have been given to other groups meanwhile: a number stays
// taken while its group has members, and the kernel gives out all others before it uses a
// free one again.
func (s supervised) signal(sig syscall.Signal) {
	_ = syscall.Kill(-s.cmd.Process.Pid, sig)
	for _, b := range running(s.dir) {
		_ = syscall.Kill(-b.ID, sig)
	}
}

// signaled and a signal's number are the exit code of a process that the signal ended.
const signaled = 128

// exitCode is that of a command that has ended.
func exitCode(state *os.ProcessState, err error) (int, error) {
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return 2, err
	}
	if s, ok := state.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		return signaled + int(s.Signal()), nil
	}
	return state.ExitCode(), nil
}

// ownGroup puts a process at the head of a process group.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// quit asks a test binary for its stacks, and the processes of its group to end. kill ends
// them, and reports whether there were any.
func (b *Binary) quit()      { _ = syscall.Kill(-b.ID, syscall.SIGQUIT) }
func (b *Binary) kill() bool { return syscall.Kill(-b.ID, syscall.SIGKILL) == nil }

// hasEnded reports whether its process has ended, and the go command knows.
func (b *Binary) hasEnded() bool { return errors.Is(syscall.Kill(b.ID, 0), syscall.ESRCH) }
