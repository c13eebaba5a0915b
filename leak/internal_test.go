package leak

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"

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
		{"reported by a test", func() int { require.Equal(t, 1, leakInTest()); return 1 }, 1, ""},
		{"of a class that did not fail in its test", func() int {
			require.Zero(t, leakInTest(Options{Fail: []Class{Running}}))
			return 0
		}, 1, "1 goroutine left behind: 1 proven"},
		{"allowed by its test", func() int {
			require.Zero(t, leakInTest(Options{Allow: []Allow{{CreatedBy: ownPackage + "leakInTest*", Reason: "planted"}}}))
			return 0
		}, 0, ""},
	} {
		var out bytes.Buffer
		require.Equal(t, c.code, verify(c.run, &out), c.name)
		require.Contains(t, out.String(), c.says, c.name)
		if c.says == "" {
			require.Empty(t, out.String(), c.name)
		}
	}
}

// TestVerifySays: warnings and what was measured are printed also where nothing
// leaks, and options that make no sense before any test runs.
func TestVerifySays(t *testing.T) {
	var out bytes.Buffer
	require.Zero(t, verify(fakeM(func() int { return 0 }), &out, Options{Heap: true}))
	require.Contains(t, out.String(), "after all tests: leak: no goroutines left behind")
	require.Contains(t, out.String(), "heap ")
	out.Reset()
	ran := false
	require.Equal(t, 1, verify(fakeM(func() int { ran = true; return 0 }), &out, Options{Fail: []Class{"maybe"}}))
	require.False(t, ran)
	require.Contains(t, out.String(), `"maybe"`)
	require.NotContains(t, out.String(), "reported by none")
}

// TestRecordAllocations: the last that stops puts the rate back.
func TestRecordAllocations(t *testing.T) {
	rate := runtime.MemProfileRate
	one, other := recordAllocations(), recordAllocations()
	require.Equal(t, 1, runtime.MemProfileRate)
	one.stop()
	require.Equal(t, 1, runtime.MemProfileRate)
	other.stop()
	require.Equal(t, rate, runtime.MemProfileRate)
}

// leakInTest leaks in a test with a Check, and returns its failures.
func leakInTest(opts ...Options) int {
	t := &recorder{}
	done := make(chan bool)
	go func() {
		defer close(done)
		Check(t, opts...)
		go func() { select {} }()
		for len(t.cleanups) > 0 {
			last := t.cleanups[len(t.cleanups)-1]
			t.cleanups = t.cleanups[:len(t.cleanups)-1]
			last()
		}
	}()
	<-done
	return t.failures
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

// TestIsSystem: what only begins like the name of a standard package is none.
func TestIsSystem(t *testing.T) {
	for name, want := range map[string]bool{
		"testing.(*T).Run": true, "testing/synctest.testingSynctestTest": true, "runtime.bgsweep": true,
		"testing.example.com/x.F": false, "unique.example.com/x.(*T).F": false, "runtime/pprof.Do": false, "main.f": false,
	} {
		require.Equal(t, want, isSystem(stack.Header{ID: 7}, stack.Trace{Created: stack.Frame{Func: name}}), name)
	}
}

// TestAdopt: creators may come after those they created.
func TestAdopt(t *testing.T) {
	o := &owner{ids: map[uint64]struct{}{1: {}}}
	adopted := o.adopt([]orphan{{id: 4, creator: 3}, {id: 9, creator: 8}, {id: 3, creator: 2}, {id: 2, creator: 1}, {id: 5}})
	var ids []uint64
	for _, a := range adopted {
		ids = append(ids, a.id)
	}
	slices.Sort(ids)
	require.Equal(t, []uint64{2, 3, 4}, ids)
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
		f, ok := runs(trace)
		require.Equal(t, c.want, f.Func, c.frames)
		require.Equal(t, c.want != "", ok)
	}
}

func TestTrimStack(t *testing.T) {
	long := "goroutine 7 [chan receive]:"
	for i := range 30 {
		long += fmt.Sprintf("\nmy/pkg.(*T).f%d(0x1, {0x2, 0x3})\n\t/a b/c.go:%d +0x1d", i, i)
	}
	long += "\ncreated by my/pkg.F in goroutine 1\n\t/a b/c.go:99 +0x2"
	lines := trimStack(long)
	require.Len(t, lines, 1+2*framesShown+1)
	require.Equal(t, "goroutine 7 [chan receive]:", lines[0])
	require.Equal(t, "my/pkg.(*T).f0", lines[1])
	require.Equal(t, "    /a b/c.go:0", lines[2])
	require.Equal(t, "... 17 frames ...", lines[1+2*innerShown])
	require.Equal(t, "created by my/pkg.F in goroutine 1", lines[len(lines)-2])
	require.Equal(t, []string{""}, trimStack(""))
}

// TestFindingText: the place comes first, as editors read it.
func TestFindingText(t *testing.T) {
	f := Finding{
		Class: Blocked, Count: 3, State: "chan send", Wait: 2 * time.Minute, Function: "p.f", Entry: "p.f",
		CreatedBy: "sync.(*WaitGroup).Go", File: "/go/src/sync/waitgroup.go", Line: 237,
		Runs: "p.F.func1", RunsFile: "/p/p.go", RunsLine: 12, Labels: map[string]string{"k": "v"}, Stack: "goroutine 7 [chan send]:",
	}
	require.Equal(t, `/go/src/sync/waitgroup.go:237: 3 goroutines, blocked [chan send, 2 minutes], in p.f
    created by sync.(*WaitGroup).Go
    running p.F.func1 at /p/p.go:12
    label k: v
    one of them:
        goroutine 7 [chan send]:`, f.String())
}

// TestShowLabelsPutsBack: not while somebody makes a dump that wants the labels.
func TestShowLabelsPutsBack(t *testing.T) {
	t.Setenv(debugVar, "tracebacklabels=0")
	release := showLabels()
	labelsMu.Lock()
	released := make(chan bool)
	go func() { release(); close(released) }()
	waits := seenStanding("sync.(*Mutex).Lock")
	shown := os.Getenv(debugVar)
	labelsMu.Unlock()
	<-released
	require.True(t, waits)
	require.Equal(t, "tracebacklabels=0,tracebacklabels=1", shown)
	require.Equal(t, "tracebacklabels=0", os.Getenv(debugVar))
}

// TestAloneIn: a test that has ended, but whose goroutine has not, is no parent that
// waits for parallel subtests, though it stands in the same frame.
func TestAloneIn(t *testing.T) {
	const (
		testRuns = "example.TestX(0x1)\n\t/x_test.go:3 +0x4\ntesting.tRunner(0x1, 0x2)\n\t/testing.go:2195 +0xea\n"
		inFunc1  = "testing.tRunner.func1()\n\t/testing.go:2144 +0x4\ntesting.tRunner(0x1, 0x2)\n\t/testing.go:2201 +0x1\n"
		inRun    = "testing.(*T).Run(0x1, {0x2, 0x3}, 0x4)\n\t/testing.go:2268 +0x4\ntesting.tRunner(0x1, 0x2)\n\t/testing.go:2195 +0xea\n"
		plain    = "example.f()\n\t/x_test.go:9 +0x4\n"
	)
	goroutine := func(id int, state, body string, creator int) string {
		text := fmt.Sprintf("goroutine %d [%s]:\n%s", id, state, body)
		if creator != 0 {
			text += fmt.Sprintf("created by example.g in goroutine %d\n\t/x.go:1 +0x4\n", creator)
		}
		return text + "\n"
	}
	for _, c := range []struct {
		name  string
		dump  []string
		alone bool
	}{
		{"one test", []string{goroutine(1, "chan receive", inRun, 0), goroutine(7, "running", testRuns, 1)}, true},
		{"beside one that has ended", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", inFunc1, 1), goroutine(7, "running", testRuns, 1),
		}, true},
		{"a helper of its own looks", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", inFunc1, 1), goroutine(5, "chan receive", testRuns, 1), goroutine(7, "running", plain, 5),
		}, true},
		{"another runs", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", testRuns, 1), goroutine(7, "running", testRuns, 1),
		}, false},
		{"a parallel test", []string{goroutine(1, "chan receive", inFunc1, 0), goroutine(7, "running", testRuns, 1)}, false},
		{"whose parent was just woken", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", inFunc1, 1), goroutine(7, "running", testRuns, 6),
		}, false},
		{"a subtest of a parallel test", []string{
			goroutine(1, "chan receive", inFunc1, 0), goroutine(6, "chan receive", inRun, 1), goroutine(7, "running", testRuns, 6),
		}, false},
		{"its creator has ended", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", inFunc1, 1), goroutine(7, "running", plain, 5),
		}, false},
		{"it cleans up", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(7, "running", "testing.(*common).runCleanup(0x1)\n\t/testing.go:1 +0x4\n"+inFunc1, 1),
		}, true},
	} {
		require.Equal(t, c.alone, aloneIn([]byte(strings.Join(c.dump, "")), 7), c.name)
	}
}
