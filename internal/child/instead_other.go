//go:build !unix

package child

import (
	"errors"
	"os/exec"
)

// RunInstead runs a command in place of this process, for a parent that expects to have
// started the command itself. It returns the exit code. The error says why the command
// could not be run.
func RunInstead(cmd *exec.Cmd) (int, error) {
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return 2, err
	}
	return cmd.ProcessState.ExitCode(), nil
}
