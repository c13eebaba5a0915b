package leak

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// fakeM is a test binary that runs one function.
type fakeM func() int

func (m fakeM) Run() int { return m() }

func TestVerify(t *testing.T) {
	before := make(chan bool)
	defer close(before)
	go func() { <-before }()
	for _, c := range []struct {
		name string
		run  fakeM
		code int
		says string
	}{
		{"clean", func() int { return 0 }, 0, ""},
		{"failed", func() int { return 2 }, 2, ""},
		{"leaking", func() int { go func() { select {} }(); return 0 }, 1, "1 goroutine left behind: 1 proven"},
		{"failed and leaking", func() int { go func() { select {} }(); return 2 }, 2, "1 goroutine left behind: 1 proven"},
		{"reported by a test", func() int { reportedLeak(); return 1 }, 1, ""},
	} {
		var out bytes.Buffer
		require.Equal(t, c.code, verify(c.run, &out), c.name)
		require.Contains(t, out.String(), c.says, c.name)
		if c.says == "" {
			require.Empty(t, out.String(), c.name)
		}
	}
}

// reportedLeak leaks under a Check, which reports it.
func reportedLeak() {
	t := &recorder{}
	done := make(chan bool)
	go func() {
		defer close(done)
		Check(t)
		go func() { select {} }()
		for len(t.cleanups) > 0 {
			last := t.cleanups[len(t.cleanups)-1]
			t.cleanups = t.cleanups[:len(t.cleanups)-1]
			last()
		}
	}()
	<-done
	if t.failures != 1 {
		panic("the leak was not reported")
	}
}

type recorder struct {
	cleanups []func()
	failures int
}

func (*recorder) Helper()                 {}
func (*recorder) Name() string            { return "recorder" }
func (*recorder) Logf(string, ...any)     {}
func (r *recorder) Errorf(string, ...any) { r.failures++ }
func (r *recorder) Cleanup(f func())      { r.cleanups = append(r.cleanups, f) }

// TestDumperGrows: many more goroutines than were announced.
func TestDumperGrows(t *testing.T) {
	release := make(chan bool)
	for range 2000 {
		go func() { <-release }()
	}
	defer close(release)
	var d dumper
	dump := d.all(0)
	require.Greater(t, len(dump), dumpFloor)
	require.False(t, d.truncated)
	all, skipped, err := stack.Parse(dump)
	require.NoError(t, err)
	require.Zero(t, skipped)
	require.GreaterOrEqual(t, len(all), 2000)
}

// TestWithLabels: GODEBUG comes back as it was, with whatever was in it.
func TestWithLabels(t *testing.T) {
	for _, setting := range []string{"", "http2debug=0", "tracebacklabels=0", "tracebacklabels=1"} {
		t.Setenv(debugVar, setting)
		shown := false
		withLabels(func() { shown = labelsShown() })
		require.True(t, shown, "%q", setting)
		require.Equal(t, setting, os.Getenv(debugVar))
		require.Equal(t, setting == "tracebacklabels=1", labelsShown(), "%q", setting)
	}
	t.Setenv(debugVar, "")
	os.Unsetenv(debugVar)
	withLabels(func() {})
	_, has := os.LookupEnv(debugVar)
	require.False(t, has, "a variable that was not there is not left behind")
}

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
		require.Equal(t, c.want, topOfInterest(trace), c.frames)
	}
}

func TestClassify(t *testing.T) {
	for state, want := range map[string]Class{
		"chan send (nil chan)": Proven, "semacquire": Blocked, "coroutine": Blocked, "syscall": Waiting,
		"runnable": Running, "GC assist wait": Running, "a state of the future": Running,
	} {
		require.Equal(t, want, classify(stack.Header{State: state}), state)
	}
	require.Equal(t, Proven, classify(stack.Header{State: "semacquire", Leaked: true}))
}

// TestAdopt: creators may come after those they created.
func TestAdopt(t *testing.T) {
	o := &owner{ids: map[uint64]struct{}{1: {}}}
	adopted := o.adopt([]orphan{{id: 4, creator: 3}, {id: 9, creator: 8}, {id: 3, creator: 2}, {id: 2, creator: 1}, {id: 5}})
	var ids []uint64
	for _, a := range adopted {
		ids = append(ids, a.id)
	}
	require.ElementsMatch(t, []uint64{2, 3, 4}, ids)
	require.Empty(t, (*owner)(nil).adopt(nil))
}

func TestPlaceMatches(t *testing.T) {
	const file = "/home/u/pool/pool.go"
	for want, matches := range map[string]bool{
		"pool.go": true, "pool/pool.go": true, "pool.go:42": true, "/home/u/pool/pool.go:42": true,
		"ool.go": false, "pool.go:4": false, "pool.go:2": false, "other.go": false, "pool": false,
	} {
		require.Equal(t, matches, placeMatches(want, file, 42), want)
	}
}
