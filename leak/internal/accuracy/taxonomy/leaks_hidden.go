package taxonomy

import (
	"context"
	"runtime"
	"runtime/pprof"
	"testing"
)

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
