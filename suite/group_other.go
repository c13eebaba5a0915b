//go:build !unix

package suite

import (
	"errors"
	"os/exec"
)

// runGroup runs a command, and returns its exit code.
func runGroup(cmd *exec.Cmd) (int, error) {
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return 2, err
	}
	return cmd.ProcessState.ExitCode(), nil
}
