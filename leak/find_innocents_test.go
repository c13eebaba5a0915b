package leak_test

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"syscall"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

func TestFindInnocents(t *testing.T) {
	pool := make(chan func())
	defer close(pool)
	go func() {
		for work := range pool {
			work()
		}
	}()
	for _, c := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"nothing", func(*testing.T) {}},
		{"one that has ended", func(*testing.T) {
			done := make(chan bool)
			go close(done)
			<-done
		}},
		{"slow but ending", func(*testing.T) { go time.Sleep(150 * time.Millisecond) }},
		{"a pool that was there before", func(*testing.T) {
			done := make(chan bool)
			pool <- func() { close(done) }
			<-done
		}},
		{"a worker that a finalizer ends", func(*testing.T) { finalized() }},
		{"a worker that a cleanup ends", func(*testing.T) { cleanedUp() }},
		{"signal.Notify", func(t *testing.T) {
			c := make(chan os.Signal, 1)
			signal.Notify(c, syscall.SIGHUP)
			t.Cleanup(func() { signal.Stop(c) })
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := leak.Take()
			c.do(t)
			r := find(t, base, leak.Options{Settle: 3 * time.Second})
			require.NoError(t, r.Err())
		})
	}
}

type handle struct{ quit chan bool }

//go:noinline
func finalized() {
	h := &handle{quit: make(chan bool)}
	go func(quit chan bool) { <-quit }(h.quit)
	runtime.SetFinalizer(h, func(h *handle) { close(h.quit) })
}

//go:noinline
func cleanedUp() {
	h := &handle{quit: make(chan bool)}
	go func(quit chan bool) { <-quit }(h.quit)
	runtime.AddCleanup(h, func(quit chan bool) { close(quit) }, h.quit)
}

// TestFindUsersFunction: packages of the runtime whose goroutines do not count
// run functions of the user too.
func TestFindUsersFunction(t *testing.T) {
	for name, run := range map[string]func(f func()){
		"pprof.Do": func(f func()) {
			go pprof.Do(context.Background(), pprof.Labels("a", "b"), func(context.Context) { f() })
		},
		"trace.WithRegion": func(f func()) { go trace.WithRegion(context.Background(), "region", f) },
	} {
		base := leak.Take()
		release := make(chan bool)
		run(func() { <-release })
		r := find(t, base, leak.Options{Settle: brief})
		require.Equal(t, 1, r.Goroutines, name)
		close(release)
		require.NoError(t, find(t, base, leak.Options{}).Err(), name)
	}
}
