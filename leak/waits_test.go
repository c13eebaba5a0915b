package leak_test

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// waitSettle is the settle time of tests with timers.
const waitSettle = time.Second

// A wait is a goroutine with a timer, and what Find says of it.
var waits = map[string]struct {
	wait func(stop chan int)
	// note is in the finding's note; empty where nothing is found. warned: a warning says
	// that it may still end.
	note   string
	class  leak.Class
	warned bool
	// settle is waitSettle where it is zero.
	settle time.Duration
}{
	"a ticker": {func(stop chan int) {
		for tick := time.Tick(time.Hour); ; {
			select {
			case <-tick:
			case <-stop:
				return
			}
		}
	}, "waits for a ticker; ends only if told", leak.Waiting, false, 0},
	"a poller": {func(stop chan int) {
		for {
			select {
			case <-time.After(200 * time.Millisecond):
			case <-stop:
				return
			}
		}
	}, "waits for a timer that is set again and again; ends only if told", leak.Waiting, false, defaultSettle},
	"a timer of an hour": {func(stop chan int) {
		select {
		case <-time.After(time.Hour):
		case <-stop:
		}
	}, "may still end: has waited ", leak.Waiting, false, 0},
	"a timer that fires soon": {func(stop chan int) {
		select {
		case <-time.After(28 * time.Second):
		case <-stop:
		}
	}, "", "", true, defaultSettle},
	"a timer that ends it": {func(stop chan int) {
		select {
		case <-time.After(2 * waitSettle):
		case <-stop:
		}
	}, "", "", false, 0},
	"a sleep that ends": {func(chan int) { time.Sleep(2 * waitSettle) }, "", "", false, 0},
	"a loop of sleeps": {func(stop chan int) {
		for {
			select {
			case <-stop:
				return
			default:
				time.Sleep(10 * time.Millisecond)
			}
		}
	}, "sleeps again and again; ends only if told", leak.Waiting, false, 0},
	"no timer": {func(stop chan int) { <-stop }, "", leak.Blocked, false, 0},
	"a timer that is only held": {func(stop chan int) {
		defer time.NewTimer(time.Hour).Stop()
		<-stop
	}, "", leak.Blocked, false, 0},
}

// Each in a process of its own, in which nothing is proven to be stuck.
func TestWaits(t *testing.T) {
	for name, w := range waits {
		t.Run(name, func(t *testing.T) {
			if !apart(t) {
				return
			}
			stop, ended := make(chan int), make(chan bool)
			base := leak.Take()
			go func() { w.wait(stop); close(ended) }()
			r := find(t, base, leak.Options{Settle: cmp.Or(w.settle, waitSettle)})
			if w.class == "" {
				require.Empty(t, r.Findings, "%s", r)
			} else {
				require.Len(t, r.Findings, 1, "%s", r)
				require.Equal(t, w.class, r.Findings[0].Class, "%s", r)
				require.True(t, strings.HasPrefix(r.Findings[0].Note, w.note), "%s", r)
				require.Equal(t, w.note == "", r.Findings[0].Note == "", "%s", r)
			}
			require.Equal(t, w.warned, strings.Contains(strings.Join(r.Warnings, "\n"), "may still end"), "%q", r.Warnings)
			close(stop)
			<-ended
		})
	}
}

// Beside a goroutine that is proven to be stuck no heap dump can be made, so timers cannot
// be read. A select may have one, and gets as long as if it had: what ends then is no
// finding. What does not is one.
func TestWaitsUnread(t *testing.T) {
	for name, ends := range map[string]time.Duration{"ends": 2 * waitSettle, "stays": time.Hour} {
		t.Run(name, func(t *testing.T) {
			if !apart(t) {
				return
			}
			go func() { <-make(chan int) }()
			find(t, nil, leak.Options{Settle: waitSettle}) // marks it
			base, stop := leak.Take(), make(chan int)
			go func() {
				select {
				case <-stop:
				case <-time.After(ends):
				}
			}()
			r := find(t, base, leak.Options{Settle: waitSettle})
			require.Equal(t, ends > waitSettle*3, len(r.Findings) == 1, "%s", r)
			close(stop)
		})
	}
}

// A goroutine that is awake when the times are over is inspected again: what it waits for
// then decides.
func TestWaitsAwake(t *testing.T) {
	if !apart(t) {
		return
	}
	base, stop := leak.Take(), make(chan int)
	go func() {
		for start := time.Now(); time.Since(start) < waitSettle+35*time.Millisecond; {
			runtime.Gosched()
		}
		select {
		case <-stop:
		case <-time.After(waitSettle / 2):
		}
	}()
	r := find(t, base, leak.Options{Settle: waitSettle})
	require.Empty(t, r.Findings, "%s", r)
}

// What is left when the caller's context ends is the answer, also if it would end soon.
func TestWaitsCutByCaller(t *testing.T) {
	base, ended := leak.Take(), make(chan bool)
	go func() { defer close(ended); time.Sleep(200 * time.Millisecond) }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	r, err := leak.Find(ctx, base)
	require.True(t, errors.Is(err, leak.ErrLeak), "%v", err)
	require.Equal(t, 1, r.Goroutines, "%s", r)
	<-ended
}

// Without a settle time nothing is waited for.
func TestWaitsNone(t *testing.T) {
	stop := make(chan int)
	base := leak.Take()
	go func() {
		select {
		case <-stop:
		case <-time.After(time.Minute):
		}
	}()
	r := find(t, base, leak.Options{Settle: -1})
	require.Len(t, r.Findings, 1, "%s", r)
	require.Equal(t, leak.Blocked, r.Findings[0].Class)
	close(stop)
}

// A number that is a lower bound is printed as one.
func TestAtLeast(t *testing.T) {
	r := leak.Report{Findings: []leak.Finding{{Class: leak.Blocked, Count: 7}}, Goroutines: 7}
	require.True(t, strings.HasPrefix(r.String(), "7 goroutines left behind"), "%s", r)
	r.Unseen = 3
	require.True(t, strings.HasPrefix(r.String(), "at least 7 goroutines left behind"), "%s", r)
}
