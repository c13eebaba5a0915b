package taxonomy

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

var endingInnocents = []Case{
	{Name: "slow-sleep", Shows: "sleeps for a second, then ends", Run: func(testing.TB) {
		go time.Sleep(soon)
	}},
	{Name: "slow-three-seconds", Shows: "ends after most of the budget", Run: func(testing.TB) {
		go time.Sleep(3 * soon)
	}},
	{Name: "slow-crowd", Shows: "a thousand that end in the course of a second", Run: func(testing.TB) {
		for i := range 1000 {
			go time.Sleep(soon * time.Duration(i) / 1000)
		}
	}},
	{Name: "slow-compute", Shows: "computes for a second, then ends", Run: func(testing.TB) {
		go spin(soon)
	}},
	{Name: "slow-talk", Shows: "two talk to each other for a second", Run: func(testing.TB) {
		ball := make(chan int)
		go func() {
			defer close(ball)
			for end := time.Now().Add(soon); time.Now().Before(end); time.Sleep(time.Millisecond) {
				ball <- 1
			}
		}()
		go func() {
			for range ball {
			}
		}()
	}},
	{Name: "slow-flush", Shows: "told to stop, writes what it has for a second", Run: func(testing.TB) {
		stop := make(chan struct{})
		go func() {
			<-stop
			time.Sleep(soon)
		}()
		close(stop)
	}},
	{Name: "slow-retry", Shows: "backs off and gives up", Run: func(testing.TB) {
		go func() {
			for wait := 10 * time.Millisecond; wait < soon; wait *= 2 {
				time.Sleep(wait)
			}
		}()
	}},
	{Name: "slow-deadline", Shows: "reads with a deadline in a second", Run: func(t testing.TB) {
		client, _ := connection(t)
		must(t, client.SetReadDeadline(time.Now().Add(soon)))
		go func() { _, _ = client.Read(make([]byte, 1)) }()
	}},
	{Name: "slow-lock", Shows: "waits for a lock that is let go in a second", Run: func(testing.TB) {
		mu := keep(&sync.Mutex{})
		mu.Lock()
		time.AfterFunc(soon, mu.Unlock)
		go func() {
			mu.Lock()
			defer mu.Unlock()
			sink.Add(1)
		}()
	}},
	{Name: "slow-waiter", Shows: "waits for a WaitGroup that is done in a second", Run: func(testing.TB) {
		var wg sync.WaitGroup
		wg.Go(func() { time.Sleep(soon) })
		go wg.Wait()
	}},
	{Name: "slow-command", Shows: "waits for a program that ends in a second", Run: func(t testing.TB) {
		cmd, in := sleeper(t, context.Background())
		must(t, cmd.Start())
		go func() { _ = cmd.Wait() }()
		time.AfterFunc(soon, func() { _ = in.Close() })
	}},
	{Name: "cascade", Shows: "five stages end one after the other", Run: func(testing.TB) {
		done := make(chan int)
		first := done
		for range 5 {
			before, own := done, make(chan int)
			go func() {
				defer close(own)
				<-before
				time.Sleep(soon / 5)
			}()
			done = own
		}
		close(first)
	}},
	{Name: "respawns-then-ends", Shows: "each one starts the next, ten times", Run: func(testing.TB) {
		var spawn func(left int)
		spawn = func(left int) {
			time.Sleep(soon / 10)
			if left > 0 {
				go spawn(left - 1)
			}
		}
		go spawn(10)
	}},
	{Name: "just-cancelled", Shows: "a hundred that were told to stop in the last statement", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		for range 100 {
			go func() { <-ctx.Done() }()
		}
		cancel()
	}},
	{Name: "crowd-leaving", Shows: "ten thousand on their way out", Run: func(testing.TB) {
		done := make(chan struct{})
		for range 10_000 {
			go func() { <-done }()
		}
		close(done)
	}},
	{Name: "test-context", Shows: "ends with the test's own context", Run: func(t testing.TB) {
		go func() { <-t.Context().Done() }()
	}},
	{Name: "errgroup-done", Shows: "errgroup.Wait has just returned", Run: func(testing.TB) {
		g, ctx := errgroup.WithContext(context.Background())
		for range 20 {
			g.Go(func() error { <-ctx.Done(); return ctx.Err() })
		}
		g.Go(func() error { return errors.New("failed") })
		_ = g.Wait()
	}},
	{Name: "thread-ends", Shows: "wired to a thread, and ends with it", Run: func(testing.TB) {
		go func() {
			runtime.LockOSThread()
			time.Sleep(soon)
		}()
	}},
	{Name: "pipe-closed", Shows: "io.Pipe closed by the test's cleanup", Run: func(t testing.TB) {
		r, w := io.Pipe()
		go func() { _, _ = io.Copy(io.Discard, r) }()
		t.Cleanup(func() { _ = w.Close() })
	}},
	{Name: "listener-closed", Shows: "the accept loop ends in the test's cleanup", Run: func(t testing.TB) {
		listener := listen(t)
		go func() {
			for {
				conn, err := listener.Accept()
				if errors.Is(err, net.ErrClosed) {
					return
				}
				_ = conn.Close()
			}
		}()
		t.Cleanup(func() { _ = listener.Close() })
	}},
	{Name: "server-closed", Shows: "httptest.Server closed by the test's cleanup", Run: func(t testing.TB) {
		s := httptest.NewServer(handler())
		t.Cleanup(s.Close)
		get(t, http.DefaultClient, s.URL+"/ok")
	}},
	{Name: "slow-handler", Shows: "the client gave up, the handler needs a second more", Run: func(t testing.TB) {
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(soon) }))
		client := &http.Client{Timeout: 50 * time.Millisecond}
		_, err := client.Get(s.URL)
		if err == nil {
			t.Fatal("got an answer, want a timeout")
		}
		_ = s.Listener.Close()
	}},
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
