//go:build unix

package taxonomy

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

var unixLeaks = []Case{
	{Name: "syscall-read", Shows: "a blocking read that the poller does not know", Want: "syscall", Run: func(t testing.TB) {
		var ends [2]int
		must(t, syscall.Pipe(ends[:]))
		go func() { _, _ = syscall.Read(ends[0], make([]byte, 1)) }()
	}},
	{Name: "unix-accept", Shows: "a unix socket's accept loop", Want: "IO wait", Run: func(t testing.TB) {
		listener, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
		must(t, err)
		keep(listener)
		go func() { _, _ = listener.Accept() }()
	}},
}

// stopSelf stops this process several times, from a process that is no child of it. It
// returns at once. The script writes to nothing of this process.
func stopSelf(t testing.TB, times int, pause string) {
	script := fmt.Sprintf(`(for i in $(seq %d); do sleep 0.3; kill -STOP "$0"; sleep %s; kill -CONT "$0"; done) &`, times, pause)
	must(t, exec.Command("sh", "-c", script, fmt.Sprint(os.Getpid())).Run())
}

// steps needs two seconds, in twenty steps.
func steps() {
	for range 20 {
		time.Sleep(soon / 10)
	}
}

var stoppedInnocents = []Case{
	{Name: "stopped", Shows: "the process stands still for seven seconds while a worker needs two", Run: func(t testing.TB) {
		go steps()
		stopSelf(t, 1, "7")
	}},
	{Name: "stopped-often", Shows: "the process stands still four times, for two seconds each", Run: func(t testing.TB) {
		go steps()
		stopSelf(t, 4, "2")
	}},
}

// A leak is one, however often the process stands still.
var stoppedLeaks = []Case{
	{Name: "stopped-leak", Shows: "the process stands still while a worker is blocked", Want: "blocked", Run: func(t testing.TB) {
		c := keep(make(chan int))
		go func() { <-c }()
		stopSelf(t, 1, "3")
	}},
}
