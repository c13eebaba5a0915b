//go:build unix

package launch

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// patience bounds what tests wait for; nothing takes as long.
const patience = 30 * time.Second

// script is a command that stands for the go command, in an environment with the folder
// of records and a file for the numbers of processes.
func script(t *testing.T, text string) (s supervised, pids string) {
	dir := t.TempDir()
	pids = filepath.Join(dir, "pids")
	cmd := exec.Command("sh", "-c", text)
	cmd.Env = append(os.Environ(), "PIDS="+pids)
	return supervised{cmd: cmd, dir: dir}, pids
}

// binary starts a command that stands for a test binary: in a group of its own, with a
// file of records.
func binary(t *testing.T, dir, text string) *exec.Cmd {
	cmd := exec.Command("sh", "-c", text)
	cmd.Env = append(os.Environ(), "PIDS="+filepath.Join(dir, "pids"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	go func() { _ = cmd.Wait() }()
	line, err := json.Marshal(Binary{ID: cmd.Process.Pid, Program: "x.test"})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(Records(dir, "key"), append(line, '\n'), 0o600))
	return cmd
}

// never is a lifeline that does not end.
func never(t *testing.T) io.Reader {
	r, w := io.Pipe()
	t.Cleanup(func() { w.Close() })
	return r
}

func TestExitCode(t *testing.T) {
	for text, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -9 $$": 137} {
		s, _ := script(t, text)
		code, err := s.run(never(t))
		require.NoError(t, err)
		require.Equal(t, want, code, text)
	}
	_, err := supervised{cmd: exec.Command("/no/such/program")}.run(never(t))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// stubborn is a script that ignores being told to end, and has a child that does too.
const stubborn = "trap '' INT TERM; sleep 1000 & echo $! >> $PIDS; echo $$ >> $PIDS; wait"

// When the lifeline ends, the go command and the tests are told to end, and killed with
// what they have started.
func TestLifelineEnds(t *testing.T) {
	s, pids := script(t, stubborn)
	lifeline, end := io.Pipe()
	binary(t, s.dir, stubborn)
	go func() {
		childtest.Await(t, pids, 4)
		end.Close()
	}()
	code, err := s.run(lifeline)
	require.NoError(t, err)
	require.Equal(t, 137, code)
	childtest.Gone(t, patience, childtest.Await(t, pids, 4)...)
}

// A go command that ends by itself leaves alone what tests have left. One that was killed
// takes them with it.
func TestGoCommandEnds(t *testing.T) {
	for _, killed := range []bool{false, true} {
		text := "while [ ! -s $PIDS ]; do sleep 0.01; done"
		if killed {
			text += "; kill -9 $$"
		}
		s, pids := script(t, text)
		test := binary(t, s.dir, stubborn)
		_, err := s.run(never(t))
		require.NoError(t, err)
		both := childtest.Await(t, pids, 2)
		if !killed {
			require.True(t, childtest.Alive(both[0]) && childtest.Alive(both[1]))
			require.NoError(t, syscall.Kill(-test.Process.Pid, syscall.SIGKILL))
		}
		childtest.Gone(t, patience, both...)
	}
}

// A signal reaches the go command, which decides.
func TestSignalIsHandedOn(t *testing.T) {
	s, pids := script(t, "trap 'exit 5' TERM; echo $$ >> $PIDS; while :; do sleep 0.01; done")
	go func() {
		childtest.Await(t, pids, 1)
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
	}()
	code, err := s.run(never(t))
	require.NoError(t, err)
	require.Equal(t, 5, code)
}

// What has no description is no test binary: of a package that runs alone, or cut short.
func TestRunning(t *testing.T) {
	dir := t.TempDir()
	for i, text := range []string{"", "{", `{"event":"attached"}` + "\n", `{"id":1,"program":"x"}` + "\n", `{"id":77,"program":"x"}`} {
		require.NoError(t, os.WriteFile(Records(dir, fmt.Sprint(i)), []byte(text), 0o600))
	}
	require.Empty(t, running(dir))
	require.NoError(t, os.WriteFile(Records(dir, "whole"), []byte(`{"id":77,"program":"x"}`+"\n"), 0o600))
	require.Len(t, running(dir), 1)
}
