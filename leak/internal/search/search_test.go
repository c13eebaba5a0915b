package search

import (
	"bytes"
	"context"
	"runtime"
	"runtime/pprof"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/require"
)

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

// passUnderWay begins a pass that goes on until the writer lets it go. No other can begin
// meanwhile.
func passUnderWay(profile *pprof.Profile) (writer stopped, written chan error) {
	writer, written = stopped{make(chan struct{}, 1), make(chan struct{})}, make(chan error)
	go func() { written <- profile.WriteTo(writer, 0) }()
	<-writer.reached
	return writer, written
}

// A collection that other code asked for may end first and be taken for the
// pass's own. What it did not prove must be inspected once more, not waited for.
func TestAnotherCollectionTakenForItsOwn(t *testing.T) {
	profile := leakProfile(t)
	if !alone(t) {
		return
	}
	writer, written := passUnderWay(profile)
	base := TakeBaseline()
	stuckFor(2 * manyGoroutines)
	dumps, letGo := 0, sync.OnceFunc(func() { close(writer.letGo) })
	s := newSearch(t, Config{Baseline: base, Settle: settle, OnFirstDump: func([]byte) {
		dumps++
		letGo()
	}})
	beside := make(chan bool, 1)
	go func() {
		if seenStanding("writeBeside.func1") {
			runtime.GC()
			beside <- true
			return
		}
		beside <- false
		letGo() // the pass waits for this profile
	}()
	r, err := s.Run(context.Background())
	require.NoError(t, err)
	require.NoError(t, <-written)
	require.True(t, <-beside, "the profile is written by another goroutine")
	require.Equal(t, 1, dumps)
	requireProven(t, 2*manyGoroutines, r)
	require.Equal(t, 1, r.ProofPasses, "no second pass was needed")
}

// Before the verdict there is a last pass where one is cheap: a goroutine that was
// running may be stuck by now, though none came or went.
func TestProveRest(t *testing.T) {
	pass := func(unproven int, last time.Duration, all int) int {
		s := newSearch(t, Config{})
		s.prover = &prover{profile: pprof.Lookup("threadcreate"), last: last}
		before := &inspect.Inspection{Unproven: unproven, Total: runtime.NumGoroutine() + all, Created: process.Created()}
		w := &watch{Search: s, last: before}
		w.proveRest()
		return s.prover.passes
	}
	require.Equal(t, 1, pass(1, cheapPass-1, 0))
	if process.Created().Known {
		require.Equal(t, 0, pass(1, cheapPass, 0), "it costs, and nobody came or went")
	}
	require.Equal(t, 1, pass(1, cheapPass, 1), "one has ended")
	require.Equal(t, 0, pass(0, 0, 1), "nothing is left to prove")
}

// An inspection waits for the profile only where it may still prove something. A search
// waits until nothing of its own runs any more, unless it is told that it need not.
func TestWaitForTheProfile(t *testing.T) {
	if !alone(t) {
		return
	}
	base := TakeBaseline()
	search := func(leave leaving) *Search {
		s := newSearch(t, Config{Baseline: base, Settle: settle, LeavePassWriting: leave == leavesPass})
		writing := make(chan error, 1)
		writing <- nil
		s.prover.writing = writing
		return s
	}
	forever := func() { <-(chan int)(nil) }
	// With -count, goroutines of earlier runs are blocked in the same way.
	blocked := func() int { return bytes.Count(dump.All(), []byte("[chan receive (nil chan)")) }
	earlier := blocked()
	go forever()
	require.Eventually(t, func() bool { return blocked() > earlier }, 5*time.Second, time.Millisecond)
	for _, leave := range []leaving{leavesPass, waitsForPass} {
		s := search(leave)
		r, err := s.Run(t.Context())
		require.NoError(t, err)
		requireProven(t, 1, r)
		require.Equal(t, leave == leavesPass, s.prover.writing != nil, "%v", leave)
	}
	w := &watch{Search: search(leavesPass)}
	w.inspect()
	require.Zero(t, w.last.Unproven)
	require.NotNil(t, w.prover.writing, "all is proven already")
	stay := make(chan int)
	defer close(stay)
	go func() { <-stay }()
	w.inspect()
	require.Equal(t, 1, w.last.Unproven)
	require.Nil(t, w.prover.writing, "the profile might prove it")
}

type leaving string

const (
	leavesPass   leaving = "leaves the pass writing"
	waitsForPass leaving = "waits for the pass"
)

// settle is what package leak gives by default.
var settle = Settle{Blocked: 5 * time.Second, Waiting: 5 * time.Second, Running: 5 * time.Second}

func newSearch(t *testing.T, c Config) *Search {
	t.Helper()
	s, err := New(c)
	require.NoError(t, err)
	return s
}

// requireProven fails unless n goroutines at one place are left, all of them proven to be
// stuck.
func requireProven(t *testing.T, n int, r Result) {
	t.Helper()
	var in inspect.Inspector
	count := 0
	require.NotNil(t, r.Inspection)
	for _, g := range r.Groups {
		if in.Suspect(g) {
			require.Equal(t, inspect.Proven, g.Class, "%s", g.Sample)
			require.Zero(t, count, "a second group")
			count += len(g.IDs)
		}
	}
	require.Equal(t, n, count)
}

// TestCanPostpone: where goroutines may be excused or belong to others, the first
// inspection comes at once.
func TestCanPostpone(t *testing.T) {
	defer leakMany(2 * postponeMost)()
	for name, c := range map[string]struct {
		config Config
		want   bool
	}{
		"nothing but goroutines": {Config{}, true},
		"allowed":                {Config{Allow: []inspect.Allow{{Func: "f", Reason: "r"}}}, false},
		"by label":               {Config{Labels: map[string]string{"a": "b"}}, false},
		"some classes":           {Config{Fail: []inspect.Class{inspect.Proven}}, false},
		"of one test":            {Config{Test: lineage.NewTest(lineage.Label{}, 0)}, false},
	} {
		w := &watch{Search: newSearch(t, c.config), collections: 1}
		require.Equal(t, c.want, w.canPostpone(), name)
		w = &watch{Search: w.Search, collections: 1, proven: 2 * postponeMost}
		require.False(t, w.canPostpone(), "most are proven")
	}
}

// leakMany starts goroutines that wait until the function is called.
func leakMany(n int) (release func()) {
	c := make(chan int)
	for range n {
		go func() { <-c }()
	}
	return func() { close(c) }
}
