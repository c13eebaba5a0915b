package host

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// Where something kills both programs, the service ends, on Linux.
func TestBothAreKilled(t *testing.T) {
	cmd, _, pids, _ := parent(t, "stubborn", 2)
	supervisor, err := os.FindProcess(descendants(cmd.Process.Pid)[0])
	require.NoError(t, err)
	require.NoError(t, supervisor.Signal(syscall.SIGSTOP), "it notices nothing")
	require.NoError(t, cmd.Process.Kill())
	require.NoError(t, supervisor.Kill())
	_ = cmd.Wait()
	childtest.Gone(t, patience, pids...)
}

// The supervisor has another name than this program, and so outlives `pkill -9 stress`.
func TestSupervisorsName(t *testing.T) {
	s, _ := toy(t, "good")
	p := mustStart(t, s)
	name, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.supervisor.Process.Pid), "comm"))
	require.NoError(t, err)
	require.Equal(t, supervisorName+"\n", string(name))
}
