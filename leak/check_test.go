package leak_test

import (
	"context"
	"fmt"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"

	"github.com/watertight-go/watertight/leak"
)

// fakeT records failures, and runs its cleanups as package testing does.
type fakeT struct {
	name     string
	mu       sync.Mutex
	cleanups []func()
	failures []string
	logs     []string
}

func (f *fakeT) Helper()          {}
func (f *fakeT) Name() string     { return f.name }
func (f *fakeT) Cleanup(c func()) { f.cleanups = append(f.cleanups, c) }

func (f *fakeT) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures = append(f.failures, fmt.Sprintf(format, args...))
}

func (f *fakeT) Logf(format string, args ...any) {
	f.logs = append(f.logs, fmt.Sprintf(format, args...))
}

// run runs a test body and its cleanups in a goroutine of its own.
func (f *fakeT) run(body func(t leak.TestingT)) {
	done := make(chan bool)
	go func() {
		defer close(done)
		body(f)
		for len(f.cleanups) > 0 {
			last := len(f.cleanups) - 1
			c := f.cleanups[last]
			f.cleanups = f.cleanups[:last]
			c()
		}
	}()
	<-done
}

// TestCheckParallel runs four tests at once: one leaks, one is slow, two are
// clean. Only the leaking one may fail, and it must name the line.
func TestCheckParallel(t *testing.T) {
	t.Parallel()
	var plant planted
	held := make(chan bool)
	bodies := map[string]func(t leak.TestingT){
		"leaking": func(ft leak.TestingT) {
			leak.Check(ft, leak.Options{Settle: brief})
			plant = plantSend(t)
		},
		"slow": func(ft leak.TestingT) {
			leak.Check(ft)
			go time.Sleep(200 * time.Millisecond)
		},
		"clean": func(ft leak.TestingT) { leak.Check(ft) },
		"clean, beside a test without Check": func(ft leak.TestingT) {
			leak.Check(ft)
			done := make(chan bool)
			go close(done)
			<-done
		},
	}
	go func() { <-held }()
	defer close(held)
	results := map[string]*fakeT{}
	var all sync.WaitGroup
	for name, body := range bodies {
		f := &fakeT{name: name}
		results[name] = f
		goIn(&all, func() { f.run(body) })
	}
	all.Wait()
	for name, f := range results {
		if name != "leaking" {
			require.Empty(t, f.failures, name)
		}
	}
	require.Len(t, results["leaking"].failures, 1)
	text := results["leaking"].failures[0]
	require.Contains(t, text, "1 goroutine left behind: 1 blocked")
	require.Contains(t, text, "plant_test.go:")
	plant.release()
}

// TestCheckLostLabels: a library sets labels of its own in place of the test's.
func TestCheckLostLabels(t *testing.T) {
	t.Parallel()
	f := &fakeT{name: "lost"}
	var plant planted
	f.run(func(ft leak.TestingT) {
		leak.Check(ft, leak.Options{Settle: brief})
		pprof.Do(context.Background(), pprof.Labels("library", "x"), func(context.Context) {
			plant = plantSend(t)
		})
	})
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "label library: x")
	plant.release()
}

// otherCheck is a test with a Check that runs beside the calling one.
func otherCheck() {
	other := &fakeT{name: "other"}
	other.run(func(ft leak.TestingT) { leak.Check(ft) })
}

// TestCheckStray: the label is lost and the creator has ended. What is new is the
// test's where no other test runs.
func TestCheckStray(t *testing.T) {
	stray := func(f *fakeT, beside func()) {
		f.run(func(ft leak.TestingT) {
			leak.Check(ft, leak.Options{Settle: brief})
			done := make(chan bool)
			go func() {
				defer close(done)
				pprof.SetGoroutineLabels(context.Background())
				plantSend(nil)
			}()
			<-done
			beside()
		})
	}
	f := &fakeT{name: "stray"}
	stray(f, func() {})
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "plant_test.go:")
	require.Contains(t, f.failures[0], "no other test ran")
	f = &fakeT{name: "beside another"}
	stray(f, func() { otherCheck() })
	require.Empty(t, f.failures, "whose it is cannot be told")
	f = &fakeT{name: "beside another, with a leak of its own"}
	stray(f, func() { plantNilChannel(t); otherCheck() })
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "1 goroutine left behind: 1 proven", "only what it has started itself")

	// A pool of before creates a worker, which is not the test's.
	grow, grown := make(chan bool), make(chan bool)
	defer close(grow)
	go func() {
		for range grow {
			go func() { <-reachable }()
			grown <- true
		}
	}()
	f = &fakeT{name: "pool"}
	f.run(func(ft leak.TestingT) {
		leak.Check(ft)
		grow <- true
		<-grown
	})
	require.Empty(t, f.failures)
	reachable <- nil
}

// TestCheckReplaced: goroutines that replace each other are never old, and yet one
// of them is left in each look. Find takes such for somebody else's.
func TestCheckReplaced(t *testing.T) {
	var stop atomic.Bool
	var replaced func()
	replaced = func() {
		time.Sleep(2 * time.Millisecond)
		if !stop.Load() {
			go replaced()
		}
	}
	f := &fakeT{name: "replaced"}
	f.run(func(ft leak.TestingT) {
		leak.Check(ft, leak.Options{Settle: brief})
		go replaced()
	})
	accused := 0
	for range 5 {
		base := leak.Take()
		time.Sleep(5 * time.Millisecond) // the next one is there
		accused += find(t, base, leak.Options{Settle: brief}).Goroutines
	}
	require.Less(t, accused, 5, "one may be old where the machine stands still for as long as it lives")
	stop.Store(true)
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "left behind")
	require.Contains(t, f.failures[0], "check_test.go:")
}

// TestFindFailOnly: what may be proven is, also where no class but proven fails and
// there are no more goroutines than before.
func TestFindFailOnly(t *testing.T) {
	if !provable {
		t.Skip("this Go has no leak profile")
	}
	ends, ended := make(chan bool), make(chan bool)
	go func() { <-ends; close(ended) }()
	base := leak.Take()
	plantDropped(t)
	close(ends)
	<-ended
	unproven := leak.Options{Fail: []leak.Class{leak.Blocked}, NoProof: true, Settle: brief}
	for find(t, base, unproven).Goroutines == 0 {
		time.Sleep(time.Millisecond) // it is on its way to its channel
	}
	r := find(t, base, leak.Options{Fail: []leak.Class{leak.Proven}})
	require.Equal(t, 1, r.Goroutines, "%s", r)
	require.Equal(t, leak.Proven, r.Findings[0].Class)
}

// TestCheckGrandchild: the creator has ended when the check looks.
func TestCheckGrandchild(t *testing.T) {
	t.Parallel()
	f := &fakeT{name: "grandchild"}
	var plant planted
	f.run(func(ft leak.TestingT) {
		leak.Check(ft, leak.Options{Settle: brief})
		done := make(chan bool)
		go func() { plant = plantSend(t); close(done) }()
		<-done
	})
	require.Len(t, f.failures, 1)
	plant.release()
}

// TestCheckCleanupHidesNothing: the test's own cleanup captures the channel.
func TestCheckCleanupHidesNothing(t *testing.T) {
	if !provable {
		t.Skip("this Go has no leak profile")
	}
	f := &fakeT{name: "captured"}
	start := time.Now()
	f.run(func(ft leak.TestingT) {
		leak.Check(ft)
		captured := make(chan int)
		go func() { <-captured }()
		ft.Cleanup(func() { _ = len(captured) })
	})
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "1 proven")
	require.Less(t, time.Since(start), defaultSettle/2)
}

func TestCheckSubtests(t *testing.T) {
	leak.Check(t)
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			leak.Check(t)
			t.Parallel()
			go time.Sleep(time.Duration(i) * 10 * time.Millisecond)
		})
	}
}

func TestCheckShared(t *testing.T) {
	f := &fakeT{name: "heap"}
	f.run(func(ft leak.TestingT) {
		leak.Check(ft, leak.Options{Heap: true, Descriptors: true})
		otherCheck()
	})
	require.Empty(t, f.failures)
	require.Len(t, f.logs, 1)
	require.Contains(t, f.logs[0], "not judged: the test ran in parallel, or another ran at the same time")
}

func TestCheckOptions(t *testing.T) {
	f := &fakeT{name: "options"}
	leak.Check(f, leak.Options{Fail: []leak.Class{"maybe"}})
	require.Len(t, f.failures, 1)
	require.Empty(t, f.cleanups)
}

// shortT has a deadline that is nearer than the budgets.
type shortT struct {
	fakeT
	deadline time.Time
}

func (s *shortT) Deadline() (time.Time, bool) { return s.deadline, true }

func TestCheckDeadline(t *testing.T) {
	s := &shortT{fakeT: fakeT{name: "short"}, deadline: time.Now().Add(2 * time.Second)}
	var plant planted
	s.run(func(leak.TestingT) {
		leak.Check(s)
		plant = plantSend(t)
	})
	require.Len(t, s.failures, 1)
	require.True(t, time.Now().Before(s.deadline.Add(time.Second)), "it gave up before the deadline")
	plant.release()
}
