//go:build unix

package taxonomy

import (
	"net"
	"path/filepath"
	"syscall"
	"testing"
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
