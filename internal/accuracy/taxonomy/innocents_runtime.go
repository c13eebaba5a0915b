package taxonomy

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"testing"
	"testing/synctest"
	"time"
	"unique"
	"weak"
)

// runtimeInnocents are goroutines of the runtime and of package testing.
var runtimeInnocents = []Case{
	{Name: "first-collection", Shows: "the collector's workers start", Run: func(testing.TB) {
		runtime.GC()
	}},
	{Name: "first-finalizer", Shows: "the finalizer's goroutine starts", Run: func(testing.TB) {
		runtime.SetFinalizer(&struct{ n [4]int }{}, func(*struct{ n [4]int }) { sink.Add(1) })
		runtime.GC()
	}},
	{Name: "first-cleanup", Shows: "the cleanups' goroutines start", Run: func(testing.TB) {
		for range 100 {
			runtime.AddCleanup(new([16]int), func(int64) { sink.Add(1) }, 1)
		}
		runtime.GC()
	}},
	{Name: "first-unique", Shows: "unique.Make starts the clean-up of its maps", Run: func(testing.TB) {
		keep(unique.Make("one"))
		runtime.GC()
	}},
	{Name: "first-notify", Shows: "signal.Notify starts the loop of os/signal", Run: func(testing.TB) {
		c := make(chan os.Signal, 1)
		signal.Notify(c, os.Interrupt)
		signal.Stop(c)
	}},
	{Name: "notify-kept", Shows: "a handler that the program keeps, with no goroutine of its own", Run: func(testing.TB) {
		c := make(chan os.Signal, 1)
		keep(c)
		signal.Notify(c, os.Interrupt)
	}},
	{Name: "notify-context", Shows: "signal.NotifyContext, stopped", Run: func(testing.TB) {
		_, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		stop()
	}},
	{Name: "cpu-profile", Shows: "a CPU profile is being written", Run: func(t testing.TB) {
		must(t, pprof.StartCPUProfile(io.Discard))
	}},
	{Name: "execution-trace", Shows: "an execution trace is being written", Run: func(t testing.TB) {
		must(t, trace.Start(io.Discard))
	}},
	{Name: "flight-recorder", Shows: "a flight recorder is running", Run: func(t testing.TB) {
		must(t, trace.NewFlightRecorder(trace.FlightRecorderConfig{}).Start())
	}},
	{Name: "bubble", Shows: "a synctest bubble has just ended", Run: func(t testing.TB) {
		synctest.Test(inner(t), func(*testing.T) {
			go time.Sleep(time.Hour)
			time.Sleep(2 * time.Hour)
		})
	}},
	{Name: "subtests", Shows: "parallel subtests have just ended", Run: func(t testing.TB) {
		inner(t).Run("group", func(t *testing.T) {
			for _, name := range []string{"a", "b", "c"} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					time.Sleep(10 * time.Millisecond)
				})
			}
		})
	}},
}

// inner returns the test as a *testing.T.
func inner(t testing.TB) *testing.T { return t.(*testing.T) }

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
