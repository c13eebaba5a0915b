//go:build unix

package host

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

func TestIgnoresSIGTERM(t *testing.T) {
	s, _ := toy(t, "stubborn")
	s.Grace = 300 * time.Millisecond
	end := mustStart(t, s).Stop()
	require.Equal(t, "ignored SIGTERM and was killed after 300ms", end.Sentence)
	require.Equal(t, end.Sentence, end.Fault)
	require.True(t, end.Ignored)
	require.Equal(t, "SIGKILL", end.Signal)
}

// One child process is in the group and ends with it. One has left it, and one has no
// parent any more.
func TestForksChildren(t *testing.T) {
	s, pids := toy(t, "forks")
	p := mustStart(t, s)
	childtest.Await(t, pids, 5)
	if runtime.GOOS == "linux" {
		childtest.Until(t, patience, func() bool { return p.Processes() == 4 })
	}
	end := p.Stop()
	if runtime.GOOS == "linux" {
		require.Equal(t, "exited with code 0, and left 2 child processes", end.Sentence)
		require.Equal(t, "left 2 child processes", end.Fault)
		require.Equal(t, 2, end.Left)
	}
}

// What a service leaves that has ended by itself is found as well.
func TestCrashLeavesChildren(t *testing.T) {
	s, pids := toy(t, "forks")
	p := mustStart(t, s)
	require.NoError(t, syscall.Kill(childtest.Await(t, pids, 5)[0], syscall.SIGKILL))
	require.Equal(t, "killed by SIGKILL", mustEnd(t, p).Sentence)
	if end := p.Stop(); runtime.GOOS == "linux" {
		require.Equal(t, "killed by SIGKILL, and left 3 child processes", end.Sentence)
	}
}

// A script ends with the service that it has started, with exec and without.
func TestScript(t *testing.T) {
	for _, script := range []string{"exec %s", "%s", "echo starting; %s; echo ended", "%s & wait"} {
		t.Run(script, func(t *testing.T) {
			s, _ := toy(t, "good")
			s.Path, s.Args = "sh", []string{"-c", fmt.Sprintf(script, os.Args[0])}
			end := mustStart(t, s).Stop()
			require.Zero(t, end.Left)
			require.False(t, end.Ignored)
			require.Contains(t, strings.Join(end.Log, "\n"), "told to end by terminated")
		})
	}
}

func TestScriptCannotStartIt(t *testing.T) {
	got, log := sentence(t, Spec{Program: Program{Path: "sh", Args: []string{"-c", "./no-such-service"}}, Addr: "127.0.0.1:1"})
	require.Contains(t, got, "ended before it was ready: exited with code 127 (")
	require.Contains(t, log, "no-such-service")
}

// A log of any size costs no memory and blocks nothing: the service is ready only after it
// has written it all.
func TestFloodsItsLog(t *testing.T) {
	s, _ := toy(t, "floods")
	var before, after runtime.MemStats
	debug.FreeOSMemory()
	runtime.ReadMemStats(&before)
	p := mustStart(t, s)
	debug.FreeOSMemory()
	runtime.ReadMemStats(&after)
	require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(2<<20))
	log := p.Stop().Log
	require.Len(t, log, keptLines)
	require.Equal(t, []string{strings.Repeat("y", longestLine), "last words", "told to end by terminated"}, log[keptLines-3:])
}

// The limit counts for the service alone. The Go runtime cannot raise it.
func TestDescriptors(t *testing.T) {
	s, _ := toy(t, "files")
	s.Descriptors = 64
	p := mustStart(t, s)
	before := p.Descriptors()
	if runtime.GOOS != "linux" {
		require.Equal(t, -1, before)
	} else {
		for range 20 {
			request(s)
		}
		// The connection of the ready check may have been among the first ones.
		childtest.Until(t, patience, func() bool { n := p.Descriptors() - before; return n == 19 || n == 20 })
	}
	require.Contains(t, p.Stop().Log, "limit 64 64")
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	require.Greater(t, int64(limit.Cur), int64(64))
}

func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	for godebug, want := range map[string]string{
		"":                               "memprofilerate=4096",
		"gctrace=0":                      "gctrace=0,memprofilerate=4096",
		"memprofilerate=1,http2client=0": "memprofilerate=1,http2client=0",
	} {
		s, _ := toy(t, "environment")
		s.Env, s.Dir = append(s.Env, "GODEBUG="+godebug), dir
		require.Contains(t, mustStart(t, s).Stop().Log, want+" "+dir+" ")
	}
}

// A folder is removed where this program is killed while it is guarded.
func TestGuard(t *testing.T) {
	dir := t.TempDir()
	release, err := Guard(t.Context(), dir)
	require.NoError(t, err)
	release()
	require.DirExists(t, dir)
	p, err := launch(t.Context(), order{Temp: dir})
	require.NoError(t, err)
	require.NoError(t, p.lifeline.Close(), "what the kernel does")
	<-p.over
	require.NoDirExists(t, dir)
	p.Stop()
}

// Where something kills the supervisor, the service ends too.
func TestSupervisorIsKilled(t *testing.T) {
	s, _ := toy(t, "good")
	p := mustStart(t, s)
	require.NoError(t, p.supervisor.Process.Kill())
	require.Equal(t, "ended with its supervisor, which something else ended (signal: killed)", mustEnd(t, p).Sentence)
}

// A signal to the supervisor ends the service in order.
func TestSupervisorIsTold(t *testing.T) {
	s, _ := toy(t, "good")
	p := mustStart(t, s)
	require.NoError(t, p.supervisor.Process.Signal(syscall.SIGTERM))
	require.Equal(t, "exited with code 0", mustEnd(t, p).Sentence)
	require.Equal(t, "exited with code 0", p.Stop().Sentence)
}

// A program that does not call Main would start itself without end.
func TestMainIsNotCalled(t *testing.T) {
	t.Setenv(variable, "supervisor")
	got, _ := sentence(t, Spec{Program: Program{Path: "sh"}})
	require.Equal(t, "start the supervisor: this program does not call host.Main first", got)
}

func TestFreeAddr(t *testing.T) {
	addr, err := FreeAddr()
	require.NoError(t, err)
	l, err := net.Listen("tcp", addr)
	require.NoError(t, err)
	require.NoError(t, l.Close())
}
