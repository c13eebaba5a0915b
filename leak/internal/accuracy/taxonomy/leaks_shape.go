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

var contextLeaks = []Case{
	{Name: "context-never-cancelled", Shows: "waits for a context whose cancel was dropped", Want: "chan receive", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		_ = cancel
		go func() { <-ctx.Done() }()
	}},
	{Name: "context-background", Shows: "waits for a context that has no end", Want: "chan receive (nil chan)", Run: func(testing.TB) {
		ctx := context.WithValue(context.Background(), key{}, 1)
		go func() { <-ctx.Done() }()
	}},
	{Name: "context-timeout-far", Shows: "waits for a deadline in an hour", Want: "chan receive", Run: func(testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		_ = cancel
		go func() { <-ctx.Done() }()
	}},
	{Name: "context-ignored", Shows: "the context is cancelled, the worker does not look", Want: "chan receive", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		jobs := make(chan int)
		go func(context.Context) {
			for range jobs {
			}
		}(ctx)
	}},
	{Name: "context-own-parent", Shows: "package context watches a parent that is not its own", Want: "context.", Run: func(testing.TB) {
		parent := ownContext{context.Background(), make(chan struct{})}
		_, cancel := context.WithCancel(parent)
		_ = cancel
	}},
	{Name: "context-afterfunc-blocks", Shows: "what context.AfterFunc started hangs", Want: "chan receive", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		never := make(chan int)
		context.AfterFunc(ctx, func() { <-never })
		cancel()
	}},
	{Name: "context-without-cancel", Shows: "WithoutCancel cut the worker off from its end", Want: "chan receive (nil chan)", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() { <-context.WithoutCancel(ctx).Done() }()
	}},
}

type key struct{}

// ownContext is a context that package context does not know.
type ownContext struct {
	context.Context
	done chan struct{}
}

func (c ownContext) Done() <-chan struct{} { return c.done }

func (c ownContext) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}

var shapeLeaks = []Case{
	{Name: "chain", Shows: "each of fifty holds what the next one waits for", Want: "chan receive", Run: func(testing.TB) {
		next := make(chan int)
		for range 50 {
			mine, after := next, make(chan int)
			go func() {
				<-mine
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

// passing ends the goroutine that was there before.
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
}

var serviceLeaks = []Case{
	{Name: "pool-never-closed", Shows: "a worker pool without its Close", Want: "chan receive", Run: func(testing.TB) {
		jobs := make(chan func())
		for range 4 {
			go func() {
				for job := range jobs {
					job()
				}
			}()
		}
		done := make(chan int)
		jobs <- func() { close(done) }
		<-done
	}},
	{Name: "producer", Shows: "a generator whose consumer stopped", Want: "chan send", Run: func(testing.TB) {
		numbers := make(chan int)
		go func() {
			for i := 0; ; i++ {
				numbers <- i
			}
		}()
		for n := range numbers {
			if n == 3 {
				break
			}
		}
	}},
	{Name: "pipeline-broken-off", Shows: "three stages, the last one breaks off", Want: "chan send", Run: func(testing.TB) {
		stage := func(in <-chan int) <-chan int {
			out := make(chan int)
			go func() {
				defer close(out)
				for n := range in {
					out <- n + 1
				}
			}()
			return out
		}
		source := make(chan int)
		go func() {
			for i := range 100 {
				source <- i
			}
		}()
		<-stage(stage(source))
	}},
	{Name: "fan-in", Shows: "merges three inputs, one of them never ends", Want: "sync.WaitGroup.Wait", Run: func(testing.TB) {
		out := make(chan int, 9)
		var wg sync.WaitGroup
		for i := range 3 {
			in := make(chan int)
			wg.Go(func() {
				for n := range in {
					out <- n
				}
			})
			if i > 0 {
				close(in)
			}
		}
		go func() {
			wg.Wait()
			close(out)
		}()
	}},
	{Name: "subscriber", Shows: "never unsubscribed from a global bus", Want: "chan receive", Run: func(testing.TB) {
		events := make(chan string)
		keep(&struct{ topic []chan string }{[]chan string{events}})
		go func() {
			for range events {
			}
		}()
	}},
	{Name: "publisher", Shows: "one subscriber left without a word, and holds all others up", Want: "chan send", Run: func(testing.TB) {
		gone, here := make(chan int), make(chan int, 1)
		go func() {
			for _, subscriber := range []chan int{gone, here} {
				subscriber <- 1
			}
		}()
	}},
	{Name: "logger-unflushed", Shows: "an asynchronous logger that nobody closed", Want: "select", Run: func(testing.TB) {
		lines, quit := make(chan string, 8), make(chan struct{})
		go func() {
			for {
				select {
				case <-lines:
				case <-quit:
					return
				}
			}
		}()
		lines <- "started"
	}},
	{Name: "janitor", Shows: "a cache's eviction loop outlives the cache", Want: "taxonomy", Run: func(testing.TB) {
		type cache struct {
			sync.Mutex
			items map[string]time.Time
		}
		c := &cache{items: map[string]time.Time{}}
		go func() {
			for now := range time.Tick(5 * time.Millisecond) {
				c.Lock()
				for name, due := range c.items {
					if now.After(due) {
						delete(c.items, name)
					}
				}
				c.Unlock()
			}
		}()
	}},
	{Name: "respawner", Shows: "a supervisor that starts its worker again and again", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for {
				failed := make(chan int)
				go func() {
					defer close(failed)
					time.Sleep(2 * time.Millisecond)
				}()
				<-failed
			}
		}()
	}},
}
