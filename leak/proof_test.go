package leak

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestProverStopsAfterASlowPass: any profile will do to count passes.
func TestProverStopsAfterASlowPass(t *testing.T) {
	p := &prover{profile: pprof.Lookup("threadcreate")}
	p.pass(false)
	require.Equal(t, 1, p.passes)
	require.Positive(t, p.last)
	require.Equal(t, p.last, p.total)
	p.last = slowProof
	p.pass(false)
	require.Equal(t, 2, p.passes, "a pass of no more than that may be repeated")
	p.last = slowProof + 1
	p.pass(false)
	require.Equal(t, 2, p.passes)
	require.NoError(t, p.err)
	require.Zero(t, (&prover{}).count())
	before := forced()
	(&prover{}).pass(false)
	require.Greater(t, forced(), before, "without a profile it collects")
}

// stuckFor plants n goroutines that nothing can end and that can be proven.
//
//go:noinline
func stuckFor(n int) {
	for range n {
		go func(dropped chan int) { <-dropped }(make(chan int))
	}
}

const aloneVar = "WATERTIGHT_LEAK_ALONE"

// alone reports whether this is a child process that runs nothing but the test,
// which leaves thousands of goroutines. Elsewhere it runs the test in one.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(aloneVar) != "" {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", fmt.Sprintf("-test.cpu=%d", runtime.GOMAXPROCS(0)))
	cmd.Env = append(os.Environ(), aloneVar+"=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name())
	return false
}

func leakProfile(t *testing.T) *pprof.Profile {
	t.Helper()
	p := pprof.Lookup("goroutineleak")
	if p == nil {
		t.Skip("this Go has no leak profile")
	}
	return p
}

// With many goroutines the profile is printed beside; what the pass has proven
// is in a dump that is made at once.
func TestProverPrintsBeside(t *testing.T) {
	p := &prover{profile: leakProfile(t)}
	if !alone(t) {
		return
	}
	base := Take()
	proven := p.profile.Count()
	stuckFor(2 * printBeside)
	p.pass(true)
	require.Equal(t, 1, p.passes)
	require.GreaterOrEqual(t, p.found, proven)
	require.True(t, p.done())
	require.Nil(t, p.printing)
	require.NoError(t, p.err)
	r, err := Find(t.Context(), base, Options{})
	require.NoError(t, err)
	require.Equal(t, 2*printBeside, r.Goroutines, "%v", r)
	require.Len(t, r.Findings, 1)
	require.Equal(t, Proven, r.Findings[0].Class)
	require.NotContains(t, stacksNow(), "proveBeside", "its goroutine has ended when Find returns")
}

// stopped is a writer that writes nothing until it is let go.
type stopped struct{ reached, letGo chan struct{} }

func (s stopped) Write(p []byte) (int, error) {
	select {
	case s.reached <- struct{}{}:
	default:
	}
	<-s.letGo
	return len(p), nil
}

// A collection that somebody else asked for may end first and be taken for the
// pass's own. What it did not prove must be looked at once more, not waited for.
func TestFindTakesAnothersCollectionForItsOwn(t *testing.T) {
	profile := leakProfile(t)
	if !alone(t) {
		return
	}
	writer := stopped{make(chan struct{}, 1), make(chan struct{})}
	written := make(chan error)
	go func() { written <- profile.WriteTo(writer, 0) }()
	<-writer.reached // from now on no other pass can begin
	base := Take()
	stuckFor(2 * printBeside)
	f, err := newFinder(base, Options{}, nil)
	require.NoError(t, err)
	looks, letGo := 0, sync.OnceFunc(func() { close(writer.letGo) })
	f.first = func([]byte) {
		looks++
		letGo()
	}
	beside := make(chan bool, 1)
	go func() {
		if seenStanding("proveBeside.func1") {
			runtime.GC()
			beside <- true
			return
		}
		beside <- false
		letGo() // the pass waits for this profile
	}()
	r, _, err := f.find(context.Background())
	require.NoError(t, err)
	require.NoError(t, <-written)
	require.True(t, <-beside, "the profile is printed on another goroutine")
	require.Equal(t, 1, looks)
	require.Equal(t, 2*printBeside, r.Goroutines, "%v", r)
	require.Len(t, r.Findings, 1)
	require.Equal(t, Proven, r.Findings[0].Class)
	require.Equal(t, 1, r.ProofPasses, "no second pass was needed")
}

// seenStanding waits, for five seconds at most, until a goroutine stands there.
func seenStanding(where string) bool {
	for range 5000 {
		if strings.Contains(stacksNow(), where) {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

func stacksNow() string {
	var b strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		return err.Error()
	}
	return b.String()
}

// Before the verdict there is a last pass where one is cheap: a goroutine that was
// running may be stuck by now, though none came or went.
func TestProveRest(t *testing.T) {
	pass := func(unproven int, last time.Duration, all int) int {
		f, err := newFinder(nil, Options{}, nil)
		require.NoError(t, err)
		f.prover = &prover{profile: pprof.Lookup("threadcreate"), last: last}
		w := &watch{finder: f, last: &look{finder: f, unproven: unproven, all: runtime.NumGoroutine() + all, created: created()}}
		w.proveRest()
		return f.prover.passes
	}
	require.Equal(t, 1, pass(1, cheapProof-1, 0))
	require.Equal(t, 0, pass(1, cheapProof, 0), "it costs, and nobody came or went")
	require.Equal(t, 1, pass(1, cheapProof, 1), "one has ended")
	require.Equal(t, 0, pass(0, 0, 1), "nothing is left to prove")
}

// A look waits for the profile only where it may still prove something, and a
// search that is in no hurry until nothing of its own runs any more.
func TestWaitForTheProfile(t *testing.T) {
	if !alone(t) {
		return
	}
	base := Take()
	search := func(hasty, heap bool) *finder {
		f, err := newFinder(base, Options{Heap: heap}, nil)
		require.NoError(t, err)
		printing := make(chan error, 1)
		printing <- nil
		f.prover.printing, f.hasty = printing, hasty
		return f
	}
	forever := func() { <-(chan int)(nil) }
	go forever()
	for _, c := range []struct{ hasty, heap, runs bool }{{true, false, true}, {true, true, false}, {false, false, false}} {
		f := search(c.hasty, c.heap)
		r, _, err := f.find(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, r.Goroutines, "%s", r)
		require.Equal(t, Proven, r.Findings[0].Class)
		require.Equal(t, c.runs, f.prover.printing != nil, "%+v", c)
	}
	w := &watch{finder: search(true, false)}
	w.look()
	require.Zero(t, w.last.unproven)
	require.NotNil(t, w.prover.printing, "all is proven already")
	stay := make(chan int)
	defer close(stay)
	go func() { <-stay }()
	w.look()
	require.Equal(t, 1, w.last.unproven)
	require.Nil(t, w.prover.printing, "the profile might prove it")
}

// A pass takes the marks away for a while, so no dump is made meanwhile, and no
// pass begins while one is made.
func TestMarksAreLeftAlone(t *testing.T) {
	profile := leakProfile(t)
	f, err := newFinder(nil, Options{}, nil)
	require.NoError(t, err)
	looked, passed := make(chan bool), make(chan bool)
	marks.Lock()
	go func() { f.look(); close(looked) }()
	waits := seenStanding("sync.(*RWMutex).RLock")
	marks.Unlock()
	<-looked
	require.True(t, waits, "the look waits for the pass")
	p := &prover{profile: profile}
	marks.RLock()
	go func() { p.pass(false); close(passed) }()
	waits = seenStanding("sync.(*RWMutex).Lock")
	marks.RUnlock()
	<-passed
	require.True(t, waits, "the pass waits for the dump")
}

// A profile that cannot be written is the search's error.
func TestProverFails(t *testing.T) {
	p := &prover{}
	p.failed(nil)
	require.NoError(t, p.err)
	p.failed(io.ErrShortWrite)
	p.failed(io.EOF)
	require.ErrorIs(t, p.err, io.ErrShortWrite, "the first error is kept")
	require.ErrorContains(t, p.err, "goroutineleak profile")
}
