package leak_test

import (
	"context"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestCheckLostLabels: a library sets labels of its own in place of the test's.
func TestCheckLostLabels(t *testing.T) {
	t.Parallel()
	f := &fakeT{name: "lost"}
	var left planted
	f.run(func(ft leak.TestingT) {
		leak.Check(ft, leak.Options{Settle: brief})
		pprof.Do(context.Background(), pprof.Labels("library", "x"), func(context.Context) {
			left = leakSend(t)
		})
	})
	require.Len(t, f.failures, 1)
	if dump.LabelsPossible() {
		require.Contains(t, f.failures[0], "label library: x")
	}
	left.release()
}

// otherCheck is a test with a Check that runs beside the calling one.
func otherCheck() {
	other := &fakeT{name: "other"}
	other.run(func(ft leak.TestingT) { leak.Check(ft) })
}

// TestCheckPresumed: the label is lost and the creator has ended. What is new is the
// test's where no other test runs.
func TestCheckPresumed(t *testing.T) {
	unlabelled := func(f *fakeT, beside func()) {
		f.run(func(ft leak.TestingT) {
			leak.Check(ft, leak.Options{Settle: brief})
			done := make(chan bool)
			go func() {
				defer close(done)
				pprof.SetGoroutineLabels(context.Background())
				leakSend(nil)
			}()
			<-done
			beside()
		})
	}
	f := &fakeT{name: "alone"}
	unlabelled(f, func() {})
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "leaks_test.go:")
	require.Contains(t, f.failures[0], "no other test ran")
	f = &fakeT{name: "beside another"}
	unlabelled(f, func() { otherCheck() })
	require.Empty(t, f.failures, "whose it is cannot be told")
	f = &fakeT{name: "beside another, with a leak of its own"}
	unlabelled(f, func() { leakNilChannel(t); otherCheck() })
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "1 goroutine left behind: 1 proven", "only what it has started itself")
}

// TestCheckReplaced: goroutines that replace each other are never old, and yet one
// of them is left in each inspection. Find attributes them to other code.
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
	require.Contains(t, f.failures[0], "check_attribution_test.go:")
}

// TestCheckGrandchild: the creator has ended when the check runs.
func TestCheckGrandchild(t *testing.T) {
	t.Parallel()
	f := &fakeT{name: "grandchild"}
	var left planted
	f.run(func(ft leak.TestingT) {
		leak.Check(ft, leak.Options{Settle: brief})
		done := make(chan bool)
		go func() { left = leakSend(t); close(done) }()
		<-done
	})
	if dump.LabelsPossible() {
		require.Len(t, f.failures, 1)
	} else {
		require.Contains(t, strings.Join(f.logs, "\n"), "goroutines with this test's label are left")
	}
	left.release()
}
