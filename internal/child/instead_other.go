//go:build !unix

package child

import (
	"errors"
	"io"
	"os/exec"
)

// RunInstead runs a command in place of this process, for a parent that expects to have
// started the command itself, and kills it when hung is closed. It returns the exit code.
// The error says why the command could not be run.
func RunInstead(cmd *exec.Cmd, hung <-chan struct{}) (int, error) {
	if err := cmd.Start(); err != nil {
		return 2, err
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-hung:
			_ = cmd.Process.Kill()
		case <-ended:
		}
	}()
	err := cmd.Wait()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return 2, err
	}
	return cmd.ProcessState.ExitCode(), nil
}

// RunWithLifeline is RunInstead, and kills the command when the lifeline ends.
func RunWithLifeline(cmd *exec.Cmd, lifeline io.Reader) (int, error) {
	gone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, lifeline)
		close(gone)
	}()
	return RunInstead(cmd, gone)
}
