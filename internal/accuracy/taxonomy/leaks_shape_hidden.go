package taxonomy

import (
	"context"
	"iter"
	"maps"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var shapeLeaks = []Case{
	{Name: "chain", Shows: "each of fifty holds what the next one waits for", Want: "chan receive", Run: func(testing.TB) {
		next := make(chan int)
		for range 50 {
			before, after := next, make(chan int)
			go func() {
				<-before
				close(after)
			}()
			next = after
		}
	}},
	{Name: "grandchildren", Shows: "children of children of children", Want: "chan receive", Run: func(testing.TB) {
		var born sync.WaitGroup
		born.Add(3)
		never := make(chan int)
		go func() {
			born.Done()
			go func() {
				born.Done()
				go func() {
					born.Done()
					<-never
				}()
			}()
		}()
		born.Wait()
	}},
	{Name: "late-child", Shows: "a slow one that ends starts one that does not", Want: "chan receive", Run: func(testing.TB) {
		go func() {
			time.Sleep(300 * time.Millisecond)
			go func() { <-make(chan int) }()
		}()
	}},
	{Name: "one-ends-one-leaks", Shows: "as many goroutines as before", Want: "chan receive", Before: func(testing.TB) {
		go func() { <-passing }()
	}, Run: func(testing.TB) {
		close(passing)
		go func() { <-make(chan int) }()
	}},
	{Name: "among-many", Shows: "one of two thousand does not end", Want: "chan receive", Run: func(testing.TB) {
		var wg sync.WaitGroup
		for range 2000 {
			wg.Go(func() { sink.Add(1) })
		}
		go func() { <-make(chan int) }()
		wg.Wait()
	}},
	{Name: "crowd", Shows: "ten thousand", Want: "chan receive", Run: func(testing.TB) {
		never := make(chan int)
		for range 10_000 {
			go func() { <-never }()
		}
	}},
	{Name: "talk-for-ever", Shows: "two talk to each other and never stop", Want: "taxonomy", Run: func(testing.TB) {
		ping, pong := make(chan time.Duration), make(chan time.Duration)
		go func() {
			for {
				ping <- <-pong
			}
		}()
		go func() {
			for {
				pong <- 1
				time.Sleep(<-ping * time.Millisecond)
			}
		}()
	}},
	{Name: "iter-pull", Shows: "an iterator pulled and never stopped", Want: "coroutine", Run: func(testing.TB) {
		next, _ := iter.Pull(maps.Keys(map[int]int{1: 1, 2: 2, 3: 3}))
		next()
	}},
	{Name: "iter-pull2", Shows: "the same in pairs, and still held", Want: "coroutine", Run: func(testing.TB) {
		next, stop := iter.Pull2(maps.All(map[int]int{1: 1, 2: 2, 3: 3}))
		next()
		keep(stop)
	}},
	{Name: "busy-loop", Shows: "computes for ever", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for {
				sink.Add(1)
			}
		}()
	}},
	{Name: "yield-loop", Shows: "waits for a flag by yielding", Want: "taxonomy", Run: func(testing.TB) {
		stop := keep(new(atomic.Bool))
		go func() {
			for !stop.Load() {
				runtime.Gosched()
			}
		}()
	}},
	{Name: "locked-thread", Shows: "wired to a thread, waiting", Want: "chan receive", Run: func(testing.TB) {
		go func() {
			runtime.LockOSThread()
			<-make(chan int)
		}()
	}},
}

// passing ends the goroutine that was started before the test.
var passing = make(chan int)

var hiddenLeaks = []Case{
	{Name: "labels-wiped", Shows: "a library takes all labels off", Want: "chan receive", Run: func(testing.TB) {
		go func() {
			pprof.SetGoroutineLabels(context.Background())
			<-keep(make(chan int))
		}()
	}},
	{Name: "labels-replaced", Shows: "a library labels its goroutines anew", Want: "chan receive", Run: func(testing.TB) {
		go pprof.Do(context.Background(), pprof.Labels("request", "7"), func(context.Context) {
			go func() { <-keep(make(chan int)) }()
		})
	}},
	{Name: "captured-by-cleanup", Shows: "the test's own cleanup holds the channel", Want: "chan receive", Run: func(t testing.TB) {
		in := make(chan int, 1)
		go func() { <-in; <-in }()
		t.Cleanup(func() { in <- 1 })
	}},
	{Name: "captured-by-test", Shows: "the test's context value holds the channel", Want: "chan receive", Run: func(t testing.TB) {
		in := make(chan int)
		ctx := context.WithValue(t.Context(), key{}, in)
		go func() { <-ctx.Value(key{}).(chan int) }()
	}},
	{Name: "waits-on-each-other", Shows: "two lost goroutines hold each other's channels", Want: "chan", Run: func(testing.TB) {
		a, b := make(chan int), make(chan int)
		go func() { <-a; b <- 1 }()
		go func() { <-b; a <- 1 }()
	}},
	{Name: "finalizer-in-cycle", Shows: "the finalizer that should end it is in a cycle and never runs", Want: "chan receive", Run: func(testing.TB) {
		type worker struct {
			done  chan struct{}
			other *worker
		}
		w, other := &worker{done: make(chan struct{})}, &worker{}
		w.other, other.other = other, w
		runtime.SetFinalizer(w, func(w *worker) { close(w.done) })
		go func(done chan struct{}) { <-done }(w.done)
	}},
	{Name: "finalizer-on-held", Shows: "the finalizer that should end it waits for what the goroutine holds", Want: "chan receive", Run: func(testing.TB) {
		type worker struct{ done chan struct{} }
		w := &worker{done: make(chan struct{})}
		runtime.SetFinalizer(w, func(w *worker) { close(w.done) })
		go func() {
			<-w.done
			runtime.KeepAlive(w)
		}()
	}},
	{Name: "labels-odd", Shows: "labels that look like the end of a stack's header", Want: "chan receive", Run: func(testing.TB) {
		odd := pprof.Labels("a]:\n\ngoroutine 1 [running", "b\"} {c: \\")
		go pprof.Do(context.Background(), odd, func(context.Context) { <-make(chan int) })
	}},
	{Name: "stack-deep", Shows: "so deep that the runtime leaves frames out", Want: "chan receive", Run: func(testing.TB) {
		go descend(500)
	}},
	{Name: "function-generic", Shows: "a generic function of a generic type", Want: "chan receive", Run: func(testing.TB) {
		go queue[map[string][]int]{}.pop()
	}},
	{Name: "begun-in-cleanup", Shows: "the test's own cleanup starts it", Want: "chan receive", Run: func(t testing.TB) {
		t.Cleanup(func() { go func() { <-make(chan int) }() })
	}},
	{Name: "test-skipped", Shows: "the test skips the rest of itself", Want: "chan receive", Run: func(t testing.TB) {
		go func() { <-make(chan int) }()
		t.SkipNow()
	}},
	{Name: "in-subtest", Shows: "a subtest leaves it to the test that has the check", Want: "chan receive", Run: func(t testing.TB) {
		inner(t).Run("sub", func(*testing.T) { go func() { <-make(chan int) }() })
	}},
	{Name: "parallel-leak", Shows: "leaks while a clean test runs in parallel", Want: "chan receive", Run: func(testing.TB) {
		<-siblingStarted
		go func() { <-keep(make(chan int)) }()
	}, Sibling: siblingAtWork},
	{Name: "parallel-labels-wiped", Shows: "the same, and a library takes its labels off", Want: "chan receive", Run: func(testing.TB) {
		<-siblingStarted
		go func() {
			pprof.SetGoroutineLabels(context.Background())
			go func() { <-keep(make(chan int)) }()
		}()
	}, Sibling: siblingAtWork},
	{Name: "parallel-timer", Shows: "the same, and a timer started it, which belongs to nobody", Want: "chan receive", Run: func(testing.TB) {
		<-siblingStarted
		time.AfterFunc(time.Millisecond, func() { <-keep(make(chan int)) })
		time.Sleep(20 * time.Millisecond)
	}, Sibling: siblingAtWork},
}

// siblingAtWork is a clean test that takes its time.
func siblingAtWork(testing.TB) {
	done := make(chan int)
	for range 20 {
		go func() { <-done }()
	}
	close(siblingStarted)
	time.Sleep(soon / 2)
	close(done)
}

//go:noinline
func descend(depth int) int {
	if depth == 0 {
		return <-make(chan int)
	}
	return descend(depth-1) + 1
}

type queue[T any] struct{}

func (queue[T]) pop() (zero T) {
	func() { <-make(chan T) }()
	return zero
}
