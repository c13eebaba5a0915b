package leak_test

import (
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// fakeTB is a test whose failures are recorded. Its rounds run in a goroutine
// of their own, so that FailNow ends only that.
type fakeTB struct {
	testing.TB
	fakeT
}

func (f *fakeTB) Helper()                           { f.fakeT.Helper() }
func (f *fakeTB) Name() string                      { return f.fakeT.Name() }
func (f *fakeTB) Cleanup(c func())                  { f.fakeT.Cleanup(c) }
func (f *fakeTB) Errorf(format string, args ...any) { f.fakeT.Errorf(format, args...) }
func (f *fakeTB) Logf(format string, args ...any)   { f.fakeT.Logf(format, args...) }
func (f *fakeTB) Failed() bool                      { return len(f.failures) > 0 }
func (f *fakeTB) FailNow()                          { f.Errorf("failed now"); runtime.Goexit() }

// repeat runs Repeat in a fake test.
func repeat(t *testing.T, f func(t testing.TB), opts ...leak.Options) *fakeTB {
	fake := &fakeTB{TB: t, fakeT: fakeT{name: t.Name()}}
	fake.run(func(leak.TestingT) { leak.Repeat(fake, f, opts...) })
	return fake
}

func TestRepeat(t *testing.T) {
	if !apart(t) {
		return
	}
	fake := repeat(t, func(t testing.TB) { leakSend(nil) }, leak.Options{Settle: brief})
	require.Len(t, fake.failures, 1)
	require.Contains(t, fake.failures[0], "goroutines: leak")
	require.Contains(t, fake.failures[0], "leaks_test.go:")
	n := 0
	leak.Repeat(t, func(t testing.TB) { n++ })
	require.GreaterOrEqual(t, n, 8)
}

// TestRepeatBesideOthers: another test runs at the same time, so what belongs
// to the process is not judged, and goroutines are told apart.
func TestRepeatBesideOthers(t *testing.T) {
	if !apart(t) {
		return
	}
	rounds, quit := make(chan bool), make(chan bool)
	t.Run("both", func(t *testing.T) {
		t.Run("other", func(t *testing.T) {
			t.Parallel()
			for {
				select {
				case <-rounds:
					go func() { <-quit }()
				case <-quit:
					return
				}
			}
		})
		t.Run("repeating", func(t *testing.T) {
			t.Parallel()
			defer close(quit)
			var kept [][]byte
			fake := repeat(t, func(t testing.TB) {
				rounds <- true
				kept = append(kept, make([]byte, 1000))
			})
			require.Empty(t, fake.failures)
			require.Contains(t, strings.Join(fake.logs, "\n"), "heap: not judged: another test ran at the same time")
			fake = repeat(t, func(t testing.TB) { leakSend(nil) }, leak.Options{Settle: brief})
			require.Len(t, fake.failures, 1)
			_ = kept
		})
	})
}

// TestRepeatBesideAllocations: what belongs to the process is not judged beside
// others, so there is no need of many rounds, and each call that records all
// allocations leaves the rate as it was.
func TestRepeatBesideAllocations(t *testing.T) {
	if !apart(t) {
		return
	}
	rate := runtime.MemProfileRate
	var kept [2][][]byte
	var rounds [2]int
	var begun sync.WaitGroup
	begun.Add(2)
	t.Run("both", func(t *testing.T) {
		for i := range 2 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				leak.Repeat(t, func(t testing.TB) {
					if rounds[i]++; rounds[i] == 1 {
						begun.Done()
						begun.Wait()
					}
					time.Sleep(5 * time.Millisecond)
					kept[i] = append(kept[i], make([]byte, 1000))
				})
			})
		}
	})
	require.Equal(t, rate, runtime.MemProfileRate)
	require.Equal(t, []int{8, 8}, rounds[:])
}

// TestRepeatChecks: within a round Check leaves the judging to Repeat.
func TestRepeatChecks(t *testing.T) {
	if !apart(t) {
		return
	}
	for name, which := range map[string]func(outer, inner testing.TB) leak.TestingT{
		"the round's": func(_, inner testing.TB) leak.TestingT { return inner },
		"the test's":  func(outer, _ testing.TB) leak.TestingT { return outer },
	} {
		fake := &fakeTB{TB: t, fakeT: fakeT{name: t.Name()}}
		fake.run(func(leak.TestingT) {
			var kept [][]byte
			leak.Repeat(fake, func(round testing.TB) {
				leak.Check(which(fake, round))
				kept = append(kept, make([]byte, 1000))
				leakSend(nil)
			}, leak.Options{Settle: brief})
			_ = kept
			leak.Check(fake, leak.Options{Settle: brief})
			leakSend(nil)
		})
		require.Len(t, fake.failures, 2, "%s: %q", name, fake.failures)
		require.Contains(t, fake.failures[0], "goroutines: leak", name)
		require.Contains(t, fake.failures[0], "heap: leak", name)
		require.Contains(t, fake.failures[1], "1 goroutine left behind", name)
	}
}

// TestRepeatInSubtest: what a subtest starts after Repeat is its parent's again.
func TestRepeatInSubtest(t *testing.T) {
	if !dump.LabelsPossible() {
		t.Skip("this Go prints no labels")
	}
	if !apart(t) {
		return
	}
	parent := &fakeT{name: "parent"}
	parent.run(func(pt leak.TestingT) {
		leak.Check(pt, leak.Options{Settle: brief})
		otherCheck() // so without the label it would be unattributed
		fake := &fakeTB{TB: t, fakeT: fakeT{name: "parent/sub"}}
		fake.run(func(leak.TestingT) {
			leak.Repeat(fake, func(testing.TB) {})
			leakSend(nil)
		})
		require.Empty(t, fake.failures)
	})
	require.Len(t, parent.failures, 1)
	require.Contains(t, parent.failures[0], "leaks_test.go:")
}

// TestRepeatWithoutBound: only time bounds the rounds.
func TestRepeatWithoutBound(t *testing.T) {
	n := 0
	leak.Repeat(t, func(testing.TB) { n++ }, leak.Options{Plan: leak.Plan{Max: math.MaxInt, Judge: leak.Resources{Goroutines: true, Heap: true}}})
	require.GreaterOrEqual(t, n, 5)
}

// TestRepeatReplaced: goroutines that replace each other are always young, and
// more with each round. One that was started once is not more.
func TestRepeatReplaced(t *testing.T) {
	if !apart(t) {
		return
	}
	var poll func()
	poll = func() {
		time.Sleep(2 * time.Millisecond)
		go poll()
	}
	once := sync.OnceFunc(func() { go poll() })
	fake := repeat(t, func(testing.TB) { once() }, leak.Options{Settle: brief, Plan: leak.Plan{Judge: leak.Resources{Goroutines: true}}})
	require.Empty(t, fake.failures)
	fake = repeat(t, func(testing.TB) { go poll() }, leak.Options{Settle: brief, Plan: leak.Plan{Judge: leak.Resources{Goroutines: true}}})
	require.Len(t, fake.failures, 1)
	require.Contains(t, fake.failures[0], "goroutines: leak")
	require.Contains(t, fake.failures[0], "repeat_test.go:")
}

// TestRepeatAndCheck: what Repeat reports, Check does not report again.
func TestRepeatAndCheck(t *testing.T) {
	if !apart(t) {
		return
	}
	fake := &fakeTB{TB: t, fakeT: fakeT{name: t.Name()}}
	fake.run(func(leak.TestingT) {
		leak.Check(fake)
		leak.Repeat(fake, func(t testing.TB) { leakSend(nil) }, leak.Options{Settle: brief})
	})
	require.Len(t, fake.failures, 1, "%q", fake.failures)
	fake = &fakeTB{TB: t, fakeT: fakeT{name: t.Name()}}
	fake.run(func(leak.TestingT) {
		leak.Check(fake, leak.Options{Settle: brief})
		leak.Repeat(fake, func(t testing.TB) {})
		leakSend(nil)
	})
	require.Len(t, fake.failures, 1, "%q", fake.failures)
}
