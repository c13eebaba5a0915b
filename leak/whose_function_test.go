package leak_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// pool runs functions in workers that it starts for the first one.
type pool struct {
	workers int
	once    sync.Once
	jobs    chan func()
}

func (p *pool) run(f func()) {
	p.once.Do(func() {
		p.jobs = make(chan func())
		for range p.workers {
			go p.work()
		}
	})
	p.jobs <- f
}

func (p *pool) work() {
	for f := range p.jobs {
		f()
	}
}

const (
	poolWork = "github.com/watertight-go/watertight/leak_test.(*pool).work"
	poolRun  = "github.com/watertight-go/watertight/leak_test.(*pool).run*"
)

var shared, mine = &pool{workers: 1}, &pool{workers: 4}

// never is what nobody sends to. It is reachable.
var never = make(chan int)

// TestTimersInParallel: the callbacks of timers have neither a label nor a creator. The
// function tells whose they are.
func TestTimersInParallel(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"-test.count=2"}} {
		out, code := child(t, "TestTimer.*Child", "verify timers", append(args, "-test.parallel=9")...)
		require.Equal(t, 1, code, out)
		for name, what := range outcomes(out) {
			switch name {
			case "TestTimerCleanChild", "TestTimerEndsChild":
				require.Equal(t, "PASS", what, name, out)
			default:
				require.Equal(t, "FAIL", what, name, out)
				require.Contains(t, out, name+".func1", out)
			}
		}
		require.Len(t, outcomes(out), 6, out)
		require.NotContains(t, out, "after all tests, leaks")
	}
}

func timerChild(t *testing.T) {
	if !inChild("verify timers") {
		t.Skip("for a child process")
	}
	leak.Check(t, leak.Options{Settle: brief})
	t.Parallel()
}

// fired is the time in which timers have fired that are set for now.
const fired = 50 * time.Millisecond

func TestTimerAfterFuncChild(t *testing.T) {
	timerChild(t)
	time.AfterFunc(0, func() { <-never })
	time.Sleep(fired)
}

func TestTimerNestedChild(t *testing.T) {
	timerChild(t)
	time.AfterFunc(0, func() { go func() { <-never }() })
	time.Sleep(fired)
}

func TestTimerContextChild(t *testing.T) {
	timerChild(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	t.Cleanup(cancel)
	context.AfterFunc(ctx, func() { <-never })
	time.Sleep(fired)
}

func TestTimerPoolChild(t *testing.T) {
	timerChild(t)
	time.AfterFunc(0, func() { shared.run(func() { <-never }) })
	time.Sleep(fired)
}

func TestTimerEndsChild(t *testing.T) {
	timerChild(t)
	time.AfterFunc(0, func() { time.Sleep(fired / 2) })
	time.Sleep(fired)
}

func TestTimerCleanChild(t *testing.T) {
	timerChild(t)
	time.Sleep(fired)
}

// TestPoolOfAnotherTest: a worker that carries the label of the test that started it
// runs the code of later ones.
func TestPoolOfAnotherTest(t *testing.T) {
	t.Parallel()
	out, code := child(t, "TestPool[1-9].*Child", "verify pool")
	require.Equal(t, 1, code, out)
	require.Equal(t, map[string]string{
		"TestPool1StartsChild": "PASS", "TestPool2LeaksChild": "FAIL", "TestPool3AllowedChild": "PASS", "TestPool4SpawnsChild": "FAIL",
	}, outcomes(out), out)
	text := section(out, "TestPool2LeaksChild")
	require.Contains(t, text, "run code of this test in goroutines that others have started")
	require.Contains(t, text, "whose_function_test.go:")
	require.NotContains(t, out, "after all tests, leaks")
}

// allowPool lets the workers of the pool stay.
var allowPool = []leak.Allow{
	{Func: poolWork, Reason: "the pool's"}, {CreatedBy: poolRun, Reason: "the pool's"}, {At: "whose_function_test.go:27", Reason: "the pool's"},
}

func poolChild(t *testing.T, allow ...leak.Allow) {
	if !inChild("verify pool") {
		t.Skip("for a child process")
	}
	leak.Check(t, leak.Options{Settle: brief, Allow: append(allow, allowPool...)})
}

func TestPool1StartsChild(t *testing.T) {
	poolChild(t)
	mine.run(func() {})
}

func TestPool2LeaksChild(t *testing.T) {
	poolChild(t)
	started := make(chan bool)
	mine.run(func() { close(started); <-never })
	<-started
}

func TestPool3AllowedChild(t *testing.T) {
	poolChild(t, leak.Allow{Func: "github.com/watertight-go/watertight/leak_test.TestPool3AllowedChild.func1", Reason: "known"})
	started := make(chan bool)
	mine.run(func() { close(started); <-never })
	<-started
}

func TestPool4SpawnsChild(t *testing.T) {
	poolChild(t)
	done := make(chan bool)
	mine.run(func() { go func() { <-never }(); close(done) })
	<-done
}

// TestSiblings: parallel subtests of one function cannot be told apart by it. Their
// parent's check has what neither label nor creator tells.
func TestSiblings(t *testing.T) {
	t.Parallel()
	out, code := child(t, "TestSiblings.*Child", "verify siblings")
	require.Equal(t, 1, code, out)
	got := outcomes(out)
	require.Equal(t, "FAIL", got["TestSiblingsOfCheckChild"], out)
	require.Equal(t, "PASS", got["TestSiblingsAloneChild"], out)
	for name, what := range got {
		if strings.Contains(name, "/") {
			require.Equal(t, "PASS", what, name, out)
		}
	}
	require.Contains(t, section(out, "TestSiblingsOfCheckChild"), "2 goroutines left behind")
	require.Contains(t, out, "goroutines left unattributed, to VerifyTestMain")
	require.Contains(t, out, "after all tests, leaks")
	require.Equal(t, 1, strings.Count(out, "TestSiblingsAloneChild.func1.1\n    created by"), out)
}

func siblingsChild(t *testing.T) {
	if !inChild("verify siblings") {
		t.Skip("for a child process")
	}
}

func TestSiblingsOfCheckChild(t *testing.T) {
	siblingsChild(t)
	leak.Check(t, leak.Options{Settle: brief})
	for range 2 {
		t.Run("sub", func(t *testing.T) {
			leak.Check(t, leak.Options{Settle: brief})
			t.Parallel()
			time.AfterFunc(0, func() { <-never })
			time.Sleep(fired)
		})
	}
}

func TestSiblingsAloneChild(t *testing.T) {
	siblingsChild(t)
	for range 2 {
		t.Run("sub", func(t *testing.T) {
			leak.Check(t, leak.Options{Settle: brief})
			t.Parallel()
			time.AfterFunc(0, func() { <-never })
			time.Sleep(fired)
		})
	}
}
