//go:build !unix

package launch

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// run runs the go command. When the lifeline ends it is killed, and so are the test
// binaries. It returns the exit code. The error says why the command could not be run.
func (s supervised) run(lifeline io.Reader) (int, error) {
	if err := s.cmd.Start(); err != nil {
		return 2, err
	}
	go func() {
		_, _ = io.Copy(io.Discard, lifeline)
		_ = s.cmd.Process.Kill()
		for _, b := range running(s.dir) {
			b.kill()
		}
	}()
	err := s.cmd.Wait()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return 2, err
	}
	return s.cmd.ProcessState.ExitCode(), nil
}

// quit cannot ask for stacks here.
func (b *Binary) quit() { b.kill() }

func (b *Binary) kill() bool {
	p, err := os.FindProcess(b.ID)
	return err == nil && p.Kill() == nil
}

// ownGroup does nothing: there are no process groups here.
func ownGroup() *syscall.SysProcAttr { return nil }

// hasEnded is not known here: nothing is done about what holds the output.
func (b *Binary) hasEnded() bool { return false }
