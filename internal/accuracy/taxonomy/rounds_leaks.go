package taxonomy

import (
	"context"
	"net"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"
)

// roundLeaks leak goroutines or timers that look like an idle pool or a pending
// timer in one run.
var roundLeaks = []Case{
	{Name: "client-per-call", Shows: "a client with a transport of its own for each call, dropped with its idle connection",
		Want: "goroutines", Before: startServer, Run: func(t testing.TB) {
			get(t, &http.Client{Transport: &http.Transport{}}, server.URL+"/ok")
		}},
	{Name: "database-per-call", Shows: "a database/sql pool for each call, kept and never closed", Want: "goroutines", Run: func(t testing.TB) {
		must(t, keep(openDB()).Ping())
	}},
	{Name: "pool-grows", Shows: "a global pool gets a worker more with each call", Want: "goroutines", Run: func(testing.TB) {
		in := keep(make(chan int))
		go func() {
			for range in {
			}
		}()
	}},
	{Name: "poller-per-call", Shows: "a poller more with each call, which goes on in a goroutine that the last one started",
		Want: "goroutines", Run: func(testing.TB) { pollOn() }},
	{Name: "listener-per-call", Shows: "a subscriber more with each call", Want: "goroutines", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		keep(cancel)
		go func() { <-ctx.Done() }()
	}},
	{Name: "timer-rearms", Shows: "time.AfterFunc whose function arms it again", Want: "timers", Run: func(testing.TB) {
		var timer *time.Timer
		ready := make(chan struct{})
		timer = time.AfterFunc(5*time.Millisecond, func() {
			<-ready
			timer.Reset(5 * time.Millisecond)
		})
		close(ready)
	}},
	{Name: "timer-starts-next", Shows: "a function that starts a new timer for itself", Want: "timers", Run: func(testing.TB) {
		var tick func()
		tick = func() { time.AfterFunc(5*time.Millisecond, tick) }
		tick()
	}},
	{Name: "timer-rearms-slowly", Shows: "arms itself again twice a second, beside timers that fire once", Want: "timers", Run: func(testing.TB) {
		var timer *time.Timer
		ready := make(chan struct{})
		timer = time.AfterFunc(500*time.Millisecond, func() {
			<-ready
			timer.Reset(500 * time.Millisecond)
		})
		close(ready)
		for range 3 {
			time.AfterFunc(50*time.Millisecond, func() { sink.Add(1) })
		}
	}},
}

// roundHeapLeaks hold more memory after each round, without a goroutine.
var roundHeapLeaks = []Case{
	{Name: "map-grows", Shows: "a global map by request ID", Want: "heap", Run: func(testing.TB) {
		requests[len(requests)] = make([]byte, 1<<10)
	}},
	{Name: "slice-beside-timers", Shows: "a slice that grows, each time beside a timer that fires once", Want: "heap", Run: func(testing.TB) {
		keep(make([]byte, 64))
		state := make([]byte, 1<<12)
		time.AfterFunc(200*time.Millisecond, func() { sink.Add(int64(len(state))) })
	}},
	{Name: "slice-of-large", Shows: "ten bytes kept of each message hold all of it", Want: "heap", Run: func(testing.TB) {
		keep(make([]byte, 1<<14)[:10])
	}},
	{Name: "context-children", Shows: "contexts of a long-lived parent, never cancelled", Want: "heap", Run: func(testing.TB) {
		for range 20 {
			_, cancel := context.WithCancel(longLived)
			_ = cancel
		}
	}},
	{Name: "context-afterfuncs", Shows: "context.AfterFunc on a long-lived context", Want: "heap", Run: func(testing.TB) {
		for range 20 {
			context.AfterFunc(longLived, func() { sink.Add(1) })
		}
	}},
	{Name: "timers-far", Shows: "timers of an hour that hold what they will need", Want: "heap", Run: func(testing.TB) {
		state := make([]byte, 1<<12)
		time.AfterFunc(time.Hour, func() { sink.Add(int64(len(state))) })
	}},
	{Name: "finalizer-cycle", Shows: "a cycle with a finalizer is never collected", Want: "heap", Run: func(testing.TB) {
		type node struct {
			next *node
			_    [1 << 10]byte
		}
		a, b := &node{}, &node{}
		a.next, b.next = b, a
		runtime.SetFinalizer(a, func(*node) {})
	}},
	{Name: "cleanup-holds", Shows: "a cleanup that holds what it waits for", Want: "heap", Run: func(testing.TB) {
		data := new([1 << 12]byte)
		runtime.AddCleanup(data, func(hold func() byte) { hold() }, func() byte { return data[0] })
	}},
	{Name: "append-only", Shows: "a log in memory without a bound", Want: "heap", Run: func(testing.TB) {
		for range 50 {
			keep("line")
		}
	}},
}

// roundSystemLeaks hold more descriptors after each round.
var roundSystemLeaks = []Case{
	{Name: "file-unclosed", Shows: "a file opened and kept", Want: "descriptors", Run: func(t testing.TB) {
		exe, err := os.Executable()
		must(t, err)
		f, err := os.Open(exe)
		must(t, err)
		keep(f)
	}},
	{Name: "listener-unclosed", Shows: "a listener that nobody accepts from", Want: "descriptors", Run: func(t testing.TB) {
		keep(listen(t))
	}},
	{Name: "dial-unclosed", Shows: "a connection dialled and kept", Want: "descriptors", Before: startServer, Run: func(t testing.TB) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		must(t, err)
		keep(conn)
	}},
	{Name: "pipe-unclosed", Shows: "both ends of an os.Pipe", Want: "descriptors", Run: func(t testing.TB) {
		r, w, err := os.Pipe()
		must(t, err)
		keep(r)
		keep(w)
	}},
}

// requests stands for a map that a server never deletes from.
var requests = map[int][]byte{}

// longLived is a server's own context.
var longLived = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	keep(cancel)
	return ctx
}()

// contextRoundLeaks end only with the test's own context, which production has not.
var contextRoundLeaks = []Case{
	{Name: "ends-with-test-context", Shows: "a goroutine that only t.Context() ends", Want: "goroutines", Run: func(t testing.TB) {
		ctx := t.Context()
		go func() { <-ctx.Done() }()
	}},
	{Name: "ends-with-child-of-test-context", Shows: "a child of t.Context() that only its parent ends", Want: "goroutines", Run: func(t testing.TB) {
		go func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			<-ctx.Done()
		}(t.Context())
	}},
}
