package taxonomy

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"weak"
)

// collectedInnocents end after a garbage collection: a finalizer, a cleanup or a
// weak pointer tells them that their owner is gone.
var collectedInnocents = []Case{
	{Name: "finalizer-ends-worker", Shows: "a dropped handle's finalizer stops its worker", Run: func(testing.TB) {
		newHandle()
	}},
	{Name: "cleanup-ends-worker", Shows: "the same with runtime.AddCleanup", Run: func(testing.TB) {
		done := make(chan struct{})
		runtime.AddCleanup(new([16]int), func(done chan struct{}) { close(done) }, done)
		go func() { <-done }()
	}},
	{Name: "finalizers-in-two-steps", Shows: "the second handle is dropped only when the first one's worker ends", Run: func(testing.TB) {
		outer := newHandle()
		go func(done chan struct{}, inner *handle) {
			<-done
			runtime.KeepAlive(inner)
		}(outer.done, newHandle())
	}},
	{Name: "weak-janitor", Shows: "looks now and then whether its cache is still there", Run: func(testing.TB) {
		cache := weak.Make(&struct{ items [64]int }{})
		go func() {
			for cache.Value() != nil {
				time.Sleep(10 * time.Millisecond)
			}
		}()
	}},
}

// handle stands for a resource with a worker that its finalizer ends.
type handle struct{ done chan struct{} }

//go:noinline
func newHandle() *handle {
	h := &handle{done: make(chan struct{})}
	runtime.SetFinalizer(h, func(h *handle) { close(h.done) })
	go func(done chan struct{}) { <-done }(h.done)
	return h
}

// pendingInnocents wait for a timer or a deadline that ends them, or leave only
// timers, which need no goroutine.
var pendingInnocents = []Case{
	{Name: "pending-timeout", Shows: "waits for a context that ends in a second", Run: func(testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		_ = cancel
		go func() { <-ctx.Done() }()
	}},
	{Name: "pending-cancel", Shows: "a timer cancels in a second", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(soon, cancel)
		go func() { <-ctx.Done() }()
	}},
	{Name: "pending-timer", Shows: "waits for a timer of a second", Run: func(testing.TB) {
		timer := time.NewTimer(soon)
		go func() { <-timer.C }()
	}},
	{Name: "pending-own-parent", Shows: "package context watches a foreign parent that ends in a second", Run: func(testing.TB) {
		parent := ownContext{context.Background(), make(chan struct{})}
		_, cancel := context.WithCancel(parent)
		_ = cancel
		time.AfterFunc(soon, func() { close(parent.done) })
	}},
	{Name: "pending-send", Shows: "sends to a consumer that comes in a second", Run: func(testing.TB) {
		out := keep(make(chan int))
		go func() { out <- 1 }()
		time.AfterFunc(soon, func() { <-out })
	}},
	{Name: "afterfunc-far", Shows: "time.AfterFunc in an hour", Run: func(testing.TB) {
		keep(time.AfterFunc(time.Hour, func() { sink.Add(1) }))
	}},
	{Name: "timer-unstopped", Shows: "timers and tickers that nobody stopped", Run: func(testing.TB) {
		time.NewTimer(time.Hour)
		time.NewTicker(time.Millisecond)
		keep(time.NewTicker(time.Millisecond))
	}},
	{Name: "context-afterfunc", Shows: "context.AfterFunc on a context that lives on", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		context.AfterFunc(ctx, func() { sink.Add(1) })
		keep(cancel)
	}},
	{Name: "debounce", Shows: "a timer that arms itself again five times, and stops", Run: func(testing.TB) {
		var left atomic.Int32
		left.Store(5)
		var timer *time.Timer
		ready := make(chan struct{})
		timer = time.AfterFunc(time.Millisecond, func() {
			<-ready
			if left.Add(-1) > 0 {
				timer.Reset(soon / 10)
			}
		})
		close(ready)
	}},
}
