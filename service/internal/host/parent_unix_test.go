//go:build unix

package host

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// parent starts a program that hosts a toy, and returns the numbers of all processes.
func parent(t *testing.T, toy string, processes int) (cmd *exec.Cmd, out *bufio.Reader, pids []int, temp string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pids")
	temp = filepath.Join(t.TempDir(), "temp")
	require.NoError(t, os.Mkdir(temp, 0o700))
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), parentVariable+"="+toy, pidVariable+"="+file, tempVariable+"="+temp)
	pipe, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	out = bufio.NewReader(pipe)
	line, _ := out.ReadString('\n')
	require.Equal(t, "ready\n", line)
	return cmd, out, childtest.Await(t, file, processes), temp
}

// Where this program is killed, the service ends with all that it has started, and the
// folder is removed.
func TestParentIsKilled(t *testing.T) {
	for toy, processes := range map[string]int{"good": 2, "stubborn": 2, "forks": 6} {
		t.Run(toy, func(t *testing.T) {
			cmd, _, pids, temp := parent(t, toy, processes)
			require.NoError(t, cmd.Process.Kill())
			_ = cmd.Wait()
			childtest.Gone(t, patience, pids...)
			childtest.Until(t, patience, func() bool { _, err := os.Stat(temp); return os.IsNotExist(err) })
		})
	}
}

// A terminal sends SIGINT to the group of this program, in which the service is not: it
// is ended in order.
func TestParentIsInterrupted(t *testing.T) {
	cmd, out, pids, temp := parent(t, "good", 2)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	said, err := io.ReadAll(out)
	require.NoError(t, err)
	require.Equal(t, "exited with code 0\n", string(said))
	require.NoError(t, cmd.Wait())
	childtest.Gone(t, patience, pids...)
	require.DirExists(t, temp, "the parent's to remove")
}
