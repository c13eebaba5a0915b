package taxonomy

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
	"unique"
)

// roundInnocents look like leaks in one run. In rounds they do not grow.
var roundInnocents = []Case{
	{Name: "client-global", Shows: "one client for all calls, with its idle connection", Before: startServer, Run: func(t testing.TB) {
		get(t, http.DefaultClient, server.URL+"/ok")
	}},
	{Name: "client-closed", Shows: "a client for each call, whose idle connections are closed", Before: startServer, Run: func(t testing.TB) {
		transport := &http.Transport{}
		defer transport.CloseIdleConnections()
		get(t, &http.Client{Transport: transport}, server.URL+"/ok")
	}},
	{Name: "server-per-call", Shows: "a server for each call, closed", Run: func(t testing.TB) {
		s := httptest.NewServer(handler())
		defer s.Close()
		get(t, s.Client(), s.URL+"/ok")
	}},
	{Name: "pool-lazy", Shows: "a worker pool born on first use", Run: func(testing.TB) {
		lazyPool.Do(func() { startPool(nil) })
		done := make(chan int)
		jobs <- func() { close(done) }
		<-done
	}},
	{Name: "database-lazy", Shows: "a database/sql pool opened on first use", Run: func(t testing.TB) {
		must(t, lazyDatabase().Ping())
	}},
	{Name: "ticker-lazy", Shows: "one heartbeat for the whole program, started on first use", Run: func(testing.TB) {
		lazyPool.Do(func() {
			go func() {
				for range time.Tick(10 * time.Millisecond) {
					sink.Add(1)
				}
			}()
		})
	}},
	{Name: "slow-each-time", Shows: "leaves one that ends a little later", Run: func(testing.TB) {
		go time.Sleep(20 * time.Millisecond)
	}},
	{Name: "timer-fires-once", Shows: "a timer that fires after the round", Run: func(testing.TB) {
		time.AfterFunc(20*time.Millisecond, func() { sink.Add(1) })
	}},
	{Name: "timer-debounced", Shows: "arms itself again three times, and stops", Run: func(testing.TB) {
		var again func(left int)
		again = func(left int) {
			if left > 0 {
				time.AfterFunc(5*time.Millisecond, func() { again(left - 1) })
			}
		}
		again(3)
	}},
	{Name: "timer-late", Shows: "a timer of a second, which holds what it will need", Run: func(testing.TB) {
		state := make([]byte, 1<<12)
		time.AfterFunc(time.Second, func() { sink.Add(int64(len(state))) })
	}},
	{Name: "timers-spread", Shows: "timers that fire at any time within two seconds", Run: func(testing.TB) {
		for range 10 {
			time.AfterFunc(rand.N(2*time.Second), func() { sink.Add(1) })
		}
	}},
	{Name: "file-lazy", Shows: "a log file opened on first use", Run: func(t testing.TB) {
		lazyPool.Do(func() {
			f, err := os.CreateTemp("", "log-")
			must(t, err)
			_ = os.Remove(f.Name())
			keep(f)
		})
	}},
	{Name: "file-collected", Shows: "a file not closed, which the collector closes", Run: func(t testing.TB) {
		exe, err := os.Executable()
		must(t, err)
		_, err = os.Open(exe)
		must(t, err)
	}},
}

// roundHeapInnocents hold more memory after one run than before it. In rounds
// they do not grow.
var roundHeapInnocents = []Case{
	{Name: "cache-fills", Shows: "a cache of ten entries that fills and stops", Run: func(testing.TB) {
		requests[len(requests)%10] = make([]byte, 1<<14)
	}},
	{Name: "cache-evicts", Shows: "each entry takes another one's place", Run: func(testing.TB) {
		evicting[next%4] = make([]byte, 1<<16)
		next++
	}},
	{Name: "map-emptied", Shows: "a map that is filled and emptied", Run: func(testing.TB) {
		for i := range 1000 {
			requests[i] = []byte{1}
		}
		clear(requests)
	}},
	{Name: "buffer-pool", Shows: "sync.Pool of large buffers", Run: func(testing.TB) {
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.Reset()
		b.Write(make([]byte, 1<<18))
	}},
	{Name: "garbage", Shows: "a megabyte of garbage", Run: func(testing.TB) {
		for range 16 {
			sink.Add(int64(len(make([]byte, 1<<16))))
		}
	}},
	{Name: "interned", Shows: "unique.Make of ever new strings, which nobody keeps", Run: func(testing.TB) {
		for range 100 {
			next++
			unique.Make("session-" + strconv.Itoa(next))
		}
	}},
	{Name: "table-once", Shows: "a table of a megabyte, built on first use", Run: func(testing.TB) {
		lazyPool.Do(func() { keep(make([]byte, 1<<20)) })
	}},
	{Name: "context-cancelled", Shows: "contexts of a long-lived parent, cancelled", Run: func(testing.TB) {
		for range 20 {
			_, cancel := context.WithCancel(longLived)
			cancel()
		}
	}},
}

var (
	lazyPool     sync.Once
	lazyDatabase = sync.OnceValue(openDB)
	evicting     [4][]byte
	next         int
	buffers      = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

// contextRoundInnocents end what they start, or have cleanups that wait for it.
var contextRoundInnocents = []Case{
	{Name: "cleanup-awaits-test-context", Shows: "a cleanup waits for what ends with t.Context(), as package testing documents", Run: func(t testing.TB) {
		ctx, ended := t.Context(), make(chan struct{})
		go func() { defer close(ended); <-ctx.Done() }()
		t.Cleanup(func() { <-ended })
	}},
	{Name: "own-context-cancelled", Shows: "a context of the code's own below t.Context(), cancelled", Run: func(t testing.TB) {
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		go func() { <-ctx.Done() }()
	}},
}
