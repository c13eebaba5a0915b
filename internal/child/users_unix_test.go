//go:build unix

package child

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// noted is a file for the numbers of processes, and the variable that names it.
func noted(t *testing.T) (file, variable string) {
	file = filepath.Join(t.TempDir(), "pids")
	return file, pidVariable + "=" + file
}

// The child and what it has started end when the parent does, however that ends.
func TestEndsWithItsParent(t *testing.T) {
	for name, end := range map[string]os.Signal{"kill -9": os.Kill, "interrupt": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			eachUser(t, func(t *testing.T, user string, _ func(context.Context, Spec, string) *Result) {
				file, variable := noted(t)
				parent := exec.Command(os.Args[0])
				parent.Env = append(os.Environ(), parentVariable+"="+user, actVariable+"=keep", variable, "TMPDIR="+t.TempDir())
				require.NoError(t, parent.Start())
				pids := childtest.Await(t, file, 2)
				for _, pid := range pids {
					require.True(t, childtest.Alive(pid))
				}
				require.NoError(t, parent.Process.Signal(end))
				require.Error(t, parent.Wait())
				childtest.Gone(t, patience, pids...)
			})
		})
	}
}

// The child and what it has started are gone when the caller's context ended.
func TestEndsWithItsContext(t *testing.T) {
	eachUser(t, func(t *testing.T, _ string, ask func(context.Context, Spec, string) *Result) {
		file, variable := noted(t)
		ctx, cancel := context.WithCancel(t.Context())
		var pids []int
		waited := make(chan struct{})
		go func() {
			defer close(waited)
			defer cancel()
			pids = childtest.Await(t, file, 2)
		}()
		died := ask(ctx, Spec{Env: []string{variable}}, "keep")
		<-waited
		require.Equal(t, Stopped, died.End)
		childtest.Gone(t, patience, pids...)
		require.False(t, childtest.Alive(pids[0]), "it was waited for")
	})
}

// What the child has started goes with it, also where it ended by itself.
func TestTheGroupIsKilled(t *testing.T) {
	for _, u := range users {
		file, variable := noted(t)
		reply, died, err := u.ask(t.Context(), Spec{Env: []string{variable}}, "leave")
		require.NoError(t, err)
		require.Nil(t, died)
		require.Contains(t, reply, "left")
		childtest.Gone(t, patience, childtest.Await(t, file, 2)...)
	}
}

// Any command can be run, not only this program.
func TestForeignCommand(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no shell here")
	}
	run := func(t *testing.T, ctx context.Context, deadline time.Duration, script string) Result {
		r, err := Run(ctx, Spec{Program: "sh", Args: []string{"-c", script}, Env: []string{"SOME=thing"}, Dir: t.TempDir(), Deadline: deadline})
		require.NoError(t, err)
		return r
	}
	t.Run("exit code and output", func(t *testing.T) {
		r := run(t, t.Context(), 0, "echo $SOME; pwd; echo oops >&2; exit 7")
		require.Equal(t, Exited, r.End)
		require.Equal(t, 7, r.State.ExitCode())
		require.False(t, r.OK())
		require.Regexp(t, `^thing\n/.*\noops\n$`, r.Output)
	})
	t.Run("the output is held open", func(t *testing.T) {
		t.Parallel()
		file, _ := noted(t)
		r := run(t, t.Context(), 0, "sleep 1000 & echo $! >"+file+"; exit 0")
		require.True(t, r.OK())
		childtest.Gone(t, patience, childtest.Await(t, file, 1)...)
	})
	t.Run("deadline", func(t *testing.T) {
		t.Parallel()
		file, _ := noted(t)
		r := run(t, t.Context(), 5*time.Second, "trap '' QUIT; sleep 1000 & echo $! >"+file+"; wait")
		require.Equal(t, TimedOut, r.End)
		require.Contains(t, r.Crash(100).Message, "; it left no stacks")
		childtest.Gone(t, patience, childtest.Await(t, file, 1)...)
	})
}
