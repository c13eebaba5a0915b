package leak_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// recordT is a real test that records failures in place of failing: a wrapper, as many
// suites have one.
type recordT struct {
	*testing.T
	failures []string
}

func (r *recordT) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

// frameT is a test of a framework of its own: it runs each step, and then the cleanups that
// were registered by then, in a goroutine of its own.
type frameT struct {
	fakeT
	// firstFirst runs the cleanups in the order of registration.
	firstFirst bool
	// refuse is what Cleanup does during cleanup; nil ignores what is registered.
	refuse func()
	ending bool
}

func (f *frameT) Cleanup(c func()) {
	if f.ending && f.refuse != nil {
		f.refuse()
	}
	f.fakeT.Cleanup(c)
}

func (f *frameT) runSteps(steps ...func()) {
	for _, step := range steps {
		inGoroutine(step)
	}
	f.ending = true
	cleanups := f.cleanups
	for i := range cleanups {
		if !f.firstFirst {
			i = len(cleanups) - 1 - i
		}
		inGoroutine(cleanups[i])
	}
}

// inGoroutine runs f in a goroutine and waits for its end, also by a panic or a Goexit.
func inGoroutine(f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		f()
	}()
	<-done
}

// leakOne leaves a goroutine that is blocked and not proven.
func leakOne() {
	go func() { <-held }()
}

var held = make(chan int)

// TestCheckForeignCleanups: nothing is registered during cleanup, so that it makes no
// difference what the framework does with it, and no leak passes without a word. What finished
// cleanups may hide is said.
func TestCheckForeignCleanups(t *testing.T) {
	for name, refuse := range map[string]func(){
		"ignores cleanups during cleanup": nil,
		"panics on them":                  func() { panic("cleanup during cleanup") },
		"ends the process":                func() { fmt.Println("cleanup during cleanup"); os.Exit(3) },
	} {
		t.Run(name, func(t *testing.T) {
			f := &frameT{fakeT: fakeT{name: t.Name()}, refuse: refuse}
			f.runSteps(func() { leak.Check(f, leak.Options{Settle: brief}); leakOne() })
			require.Len(t, f.failures, 1)
			require.Contains(t, f.failures[0], "1 goroutine left behind")
			require.Contains(t, f.failures[0], "the cleanups of *leak_test.frameT are not those of package testing")
			clean := &frameT{fakeT: fakeT{name: t.Name()}, refuse: refuse}
			clean.runSteps(func() { leak.Check(clean); goAndWait() })
			require.Empty(t, clean.failures)
			require.Empty(t, clean.logs)
		})
	}
}

// goAndWait starts a goroutine and waits for it.
func goAndWait() {
	done := make(chan bool)
	go func() { close(done) }()
	<-done
}

// TestCheckInStepBefore: Check is called in a goroutine that ends before the one that leaks is
// started, so neither a label nor a creator tells whose that is.
func TestCheckInStepBefore(t *testing.T) {
	f := &frameT{fakeT: fakeT{name: "a spec"}}
	f.runSteps(func() { leak.Check(f, leak.Options{Settle: brief}) }, leakOne)
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "1 goroutine left behind")
	clean := &frameT{fakeT: fakeT{name: "a spec"}}
	clean.runSteps(func() { leak.Check(clean) }, goAndWait)
	require.Empty(t, clean.failures)
}

// TestCheckStepEndsLate: the goroutine of a step has said that it is done and has not ended
// when the check begins, so the lineage of what it has left leads to the runner.
func TestCheckStepEndsLate(t *testing.T) {
	f := &frameT{fakeT: fakeT{name: "a spec"}}
	inGoroutine(func() { leak.Check(f, leak.Options{Settle: brief}) })
	done, end := make(chan bool), make(chan bool)
	go func() { leakOne(); close(done); <-end }()
	<-done
	time.AfterFunc(brief/2, func() { close(end) })
	f.runSteps()
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "1 goroutine left behind")
}

// TestCheckInSpecsOfTest: the test that runs the specs has a Check of its own. Goroutines of
// steps after that of Check carry its label, so it reports them.
func TestCheckInSpecsOfTest(t *testing.T) {
	var outer *recordT
	t.Run("specs", func(t *testing.T) {
		outer = &recordT{T: t}
		leak.Check(outer, leak.Options{Settle: brief})
		f := &frameT{fakeT: fakeT{name: "a spec"}}
		f.runSteps(func() { leak.Check(f, leak.Options{Settle: brief}); leakOne() }, leakOne)
		require.Len(t, f.failures, 1)
	})
	if !process.Created().Known {
		return // a Go that prints no labels
	}
	require.Len(t, outer.failures, 1)
	require.Contains(t, outer.failures[0], "1 goroutine left behind")
}

// TestCheckFirstFirst: the cleanup of Check runs before that which ends the goroutine.
func TestCheckFirstFirst(t *testing.T) {
	f := &frameT{fakeT: fakeT{name: "first first"}, firstFirst: true}
	quit := make(chan bool)
	f.runSteps(func() {
		leak.Check(f, leak.Options{Settle: brief})
		go func() { <-quit }()
		f.Cleanup(func() { close(quit) })
	})
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "ran its cleanups in the order of registration")
	last := &frameT{fakeT: fakeT{name: "first first"}, firstFirst: true}
	last.runSteps(func() {
		quit := make(chan bool)
		go func() { <-quit }()
		last.Cleanup(func() { close(quit) })
		leak.Check(last)
	})
	require.Empty(t, last.failures)
}

// atOnceT runs cleanups at once.
type atOnceT struct{ fakeT }

func (a *atOnceT) Cleanup(f func()) { f() }

func TestCheckAtOnce(t *testing.T) {
	f := &atOnceT{fakeT{name: "at once"}}
	leak.Check(f)
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "*leak_test.atOnceT.Cleanup ran the function at once")
	// The check has ended: it does not overlap the next one.
	next := &fakeT{name: "next"}
	next.run(func(t leak.TestingT) { leak.Check(t, leak.Options{Descriptors: true}) })
	require.NotContains(t, fmt.Sprint(next.logs), "not judged")
}
