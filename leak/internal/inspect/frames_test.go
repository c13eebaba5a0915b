package inspect

import (
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

func TestTopOfInterest(t *testing.T) {
	for _, c := range []struct{ frames, want string }{
		{"time.Sleep main.work main.main", "main.work"},
		{"internal/poll.runtime_pollWait net.(*conn).Read bufio.(*Reader).Peek net/http.(*persistConn).readLoop", "net/http.(*persistConn).readLoop"},
		{"sync.(*Mutex).Lock net.example/x.F", "net.example/x.F"},
		{"slices.SortFunc[go.shape.*uint8] log.example.com/y.(*T).F", "log.example.com/y.(*T).F"},
		{"internal/sync.(*Mutex).Lock sync.(*Mutex).Lock", "internal/sync.(*Mutex).Lock"},
		{"", ""},
	} {
		var trace stack.Trace
		for _, name := range strings.Fields(c.frames) {
			trace.Frames = append(trace.Frames, stack.Frame{Func: name})
		}
		require.Equal(t, c.want, TopOfInterest(trace), c.frames)
	}
}

func TestRuns(t *testing.T) {
	const group = "golang.org/x/sync/errgroup.(*Group).Go"
	for _, c := range []struct{ frames, created, want string }{
		{"my/pkg.wait my/pkg.F.func1 " + group + ".func1", group, "my/pkg.F.func1"},
		{"my/pkg.F.func1 sync.(*WaitGroup).Go.func1", "sync.(*WaitGroup).Go", "my/pkg.F.func1"},
		{"sync.(*Cond).Wait net/http.(*conn).serve", "net/http.(*Server).Serve", ""},
		{"my/pkg.handler net/http.(*conn).serve", "net/http.(*Server).Serve", "my/pkg.handler"},
		{"other/lib.Wait my/pkg.F.func1", "my/pkg.F", ""},
		{"", "my/pkg.F", ""},
	} {
		file := "/home/u/my/pkg/f.go"
		if strings.HasPrefix(c.created, "golang.org/") {
			file = "/go/pkg/mod/golang.org/x/sync@v0.24.0/errgroup/errgroup.go"
		}
		trace := stack.Trace{Created: stack.Frame{Func: c.created, File: file}}
		for _, name := range strings.Fields(c.frames) {
			trace.Frames = append(trace.Frames, stack.Frame{Func: name})
		}
		f, ok := Runs(trace)
		require.Equal(t, c.want, f.Func, c.frames)
		require.Equal(t, c.want != "", ok)
	}
}
