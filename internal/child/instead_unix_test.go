//go:build unix

package child

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// scriptVariable is a script that this test binary runs instead of its tests, and
// launchVariable one that a process of its own runs so.
const (
	scriptVariable = "CHILD_TEST_SCRIPT"
	launchVariable = "CHILD_TEST_LAUNCH"
)

// beInstead is the process where one of the variables is set.
func beInstead() {
	if script, ok := os.LookupEnv(launchVariable); ok {
		os.Unsetenv(launchVariable)
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), scriptVariable+"="+script)
		_ = cmd.Run()
		os.Exit(0)
	}
	if script, ok := os.LookupEnv(scriptVariable); ok {
		code, err := RunInstead(exec.Command("sh", "-c", script), nil)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(code)
	}
}

func init() { beInstead() }

func TestRunInsteadExitCode(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -9 $$": 137} {
		code, err := RunInstead(exec.Command("sh", "-c", script), nil)
		require.NoError(t, err)
		require.Equal(t, want, code, script)
	}
	_, err := RunInstead(exec.Command("/no/such/program"), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A signal reaches the command, which decides.
func TestRunInsteadHandsOnSignals(t *testing.T) {
	file, _ := noted(t)
	p := exec.Command(os.Args[0])
	p.Env = append(os.Environ(), scriptVariable+"="+fmt.Sprintf("trap 'exit 5' TERM; echo $$ >> %s; while :; do sleep 0.01; done", file))
	require.NoError(t, p.Start())
	pids := childtest.Await(t, file, 1)
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	_ = p.Wait()
	require.Equal(t, 5, p.ProcessState.ExitCode())
	childtest.Gone(t, patience, pids...)
}

// Where the parent is killed, nothing is left.
func TestRunInsteadEndsWithItsParent(t *testing.T) {
	file, _ := noted(t)
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), launchVariable+"="+fmt.Sprintf("sleep 1000 & echo $! >> %[1]s; echo $$ >> %[1]s; wait", file))
	require.NoError(t, parent.Start())
	pids := childtest.Await(t, file, 2)
	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait()
	childtest.Gone(t, patience, pids...)
}

// A command that hangs is asked for its stacks, and killed with what it has started where
// it does not end.
func TestRunInsteadHung(t *testing.T) {
	file, _ := noted(t)
	hung := make(chan struct{})
	go func() {
		defer close(hung)
		childtest.Await(t, file, 2)
	}()
	code, err := RunInstead(exec.Command("sh", "-c", fmt.Sprintf("trap '' QUIT; sleep 1000 & echo $! >> %[1]s; echo $$ >> %[1]s; wait", file)), hung)
	require.NoError(t, err)
	require.Equal(t, 137, code)
	childtest.Gone(t, patience, childtest.Await(t, file, 2)...)
}

// When the lifeline ends, the command is told to end, and what it has started is killed.
func TestRunWithLifeline(t *testing.T) {
	file, _ := noted(t)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	go func() {
		defer w.Close()
		childtest.Await(t, file, 2)
	}()
	code, err := RunWithLifeline(exec.Command("sh", "-c", fmt.Sprintf("trap 'exit 5' INT; (trap '' INT; exec sleep 1000) & echo $! >> %[1]s; echo $$ >> %[1]s; wait", file)), r)
	require.NoError(t, err)
	require.Equal(t, 5, code)
	childtest.Gone(t, patience, childtest.Await(t, file, 2)...)
}
