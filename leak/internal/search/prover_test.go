package search

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestProverStopsAfterASlowPass: any profile will do to count passes.
func TestProverStopsAfterASlowPass(t *testing.T) {
	p := &prover{profile: pprof.Lookup("threadcreate")}
	p.pass()
	require.Equal(t, 1, p.passes)
	require.Positive(t, p.last)
	require.Equal(t, p.last, p.total)
	p.last = slowPass
	p.pass()
	require.Equal(t, 2, p.passes, "a pass of no more than that may be repeated")
	p.last = slowPass + 1
	p.pass()
	require.Equal(t, 2, p.passes)
	require.NoError(t, p.err)
	require.Zero(t, (&prover{}).count())
	before := process.Collections()
	(&prover{}).pass()
	require.Greater(t, process.Collections(), before, "without a profile it collects")
}

// stuckFor starts n goroutines that nothing can end and that can be proven.
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

// With many goroutines the profile is written beside the dump; what the pass has proven
// is in a dump that is made at once.
func TestProverWritesBeside(t *testing.T) {
	p := &prover{profile: leakProfile(t)}
	if !alone(t) {
		return
	}
	base := TakeBaseline()
	proven := p.profile.Count()
	stuckFor(2 * manyGoroutines)
	p.passBesideDump()
	require.Equal(t, 1, p.passes)
	require.GreaterOrEqual(t, p.proven, proven)
	require.True(t, p.finish())
	require.Nil(t, p.writing)
	require.NoError(t, p.err)
	r, err := newSearch(t, Config{Baseline: base, Settle: settle}).Run(t.Context())
	require.NoError(t, err)
	requireProven(t, 2*manyGoroutines, r)
	// The search waits for the result of the goroutine, and gives it endTime to end. On a
	// busy machine it may be descheduled between the two.
	gone := func() bool { return !strings.Contains(stacksNow(), "writeBeside") }
	require.Eventually(t, gone, time.Second, time.Millisecond, "its goroutine ends after it has handed over its result")
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

// A pass takes the marks away for a while, so no dump is made meanwhile, and no
// pass begins while one is made.
func TestMarksAreLeftAlone(t *testing.T) {
	profile := leakProfile(t)
	s := newSearch(t, Config{})
	inspected, passed := make(chan bool), make(chan bool)
	marks.Lock()
	go func() { s.Inspect(); close(inspected) }()
	waits := seenStanding("sync.(*RWMutex).RLock")
	marks.Unlock()
	<-inspected
	require.True(t, waits, "the inspection waits for the pass")
	p := &prover{profile: profile}
	marks.RLock()
	go func() { p.pass(); close(passed) }()
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
