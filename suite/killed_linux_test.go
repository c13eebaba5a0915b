package suite

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Nothing is left either where the driver is killed with its whole process group, as by a
// CI job that is cancelled, or where only the process between it and the go command is
// killed.
func TestKilledOthers(t *testing.T) {
	t.Run("group", func(t *testing.T) {
		ownGroup := func(driver *exec.Cmd) { driver.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
		requireNothingLeft(t, ownGroup, func(driver *exec.Cmd) {
			require.NoError(t, syscall.Kill(-driver.Process.Pid, syscall.SIGKILL))
		})
	})
	t.Run("supervisor", func(t *testing.T) {
		requireNothingLeft(t, func(*exec.Cmd) {}, func(driver *exec.Cmd) {
			children := childrenOf(t, driver.Process.Pid)
			require.Len(t, children, 1)
			require.NoError(t, syscall.Kill(children[0], syscall.SIGKILL))
		})
	})
}

// childrenOf are the processes that a process has started and that run.
func childrenOf(t *testing.T, pid int) (children []int) {
	t.Helper()
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	require.NoError(t, err)
	for _, task := range tasks { // each thread has its own
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, task.Name())) // it may have ended
		for _, field := range strings.Fields(string(text)) {
			child, err := strconv.Atoi(field)
			require.NoError(t, err)
			children = append(children, child)
		}
	}
	return children
}
