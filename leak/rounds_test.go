package leak_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/require"
)

func rounds(t *testing.T, f func(), opts ...leak.Options) leak.RoundsReport {
	t.Helper()
	r, err := leak.Rounds(context.Background(), func(context.Context) error { f(); return nil }, opts...)
	require.Equal(t, r.Verdict == leak.Leaking, errors.Is(err, leak.ErrLeak))
	require.Equal(t, r.Verdict == leak.Unknown, errors.Is(err, leak.ErrUnknown))
	if r.Verdict == leak.Clean {
		require.NoError(t, err)
	}
	return r
}

// trendOf is the trend of the one resource that which names.
func trendOf(r leak.RoundsReport, which leak.Resources) leak.Trend {
	switch {
	case which.Goroutines:
		return r.Goroutines
	case which.Heap:
		return r.Heap
	case which.Descriptors:
		return r.Descriptors
	}
	return r.Timers
}

// TestRoundsLeaks: each leaves something in every round, or in every other.
func TestRoundsLeaks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "answer") }))
	defer server.Close()
	var kept [][]byte
	var tickers []*time.Ticker
	var timers []*time.Timer
	var files []*os.File
	var dbs []*sql.DB
	byKey := map[string]*int{}
	n := 0
	cases := []struct {
		name  string
		f     func()
		which leak.Resources
		where string
	}{
		{"goroutine that is proven", func() { go func() { select {} }() }, leak.Resources{Goroutines: true}, "rounds_test.go:"},
		{"goroutine that is blocked", func() { leakSend(nil) }, leak.Resources{Goroutines: true}, "leaks_test.go:"},
		{"goroutine in every other round", func() {
			if n++; n%2 == 0 {
				leakSend(nil)
			}
		}, leak.Resources{Goroutines: true}, "leaks_test.go:"},
		{"idle connections of dropped clients", func() {
			get(&http.Client{Transport: &http.Transport{}}, server.URL)
		}, leak.Resources{Goroutines: true}, "net/http/transport.go"},
		{"pools of a database, dropped but held", func() { dbs = append(dbs, sql.OpenDB(connector{})) }, leak.Resources{Goroutines: true}, "database/sql/sql.go"},
		{"bytes", func() { kept = append(kept, make([]byte, 100)) }, leak.Resources{Heap: true}, "rounds_test.go:"},
		{"a map that only grows", func() { byKey[fmt.Sprint(len(byKey))] = new(int) }, leak.Resources{Heap: true}, "rounds_test.go:"},
		{"tickers never stopped", func() { tickers = append(tickers, time.NewTicker(time.Hour)) }, leak.Resources{Heap: true}, "rounds_test.go:"},
		{"files", func() {
			f, err := os.Open(os.DevNull)
			require.NoError(t, err)
			files = append(files, f)
		}, leak.Resources{Descriptors: true}, os.DevNull},
		{"bytes beside timers that fire once", func() {
			kept = append(kept, make([]byte, 50))
			state := make([]byte, 4000)
			time.AfterFunc(150*time.Millisecond, func() { state[0]++ })
		}, leak.Resources{Heap: true}, "rounds_test.go:"},
		{"timers that are pending for good", func() {
			state := make([]byte, 4000)
			time.AfterFunc(time.Hour, func() { state[0]++ })
		}, leak.Resources{Heap: true}, "rounds_test.go:"},
		{"self-rearming timers beside some that fire once", func() {
			timers = append(timers, rearm(100*time.Millisecond))
			for range 5 {
				time.AfterFunc(30*time.Millisecond, func() {})
			}
		}, leak.Resources{Timers: true}, ""},
		// Well within the time that is watched at first, also where timers are late.
		{"self-rearming timers", func() { timers = append(timers, rearm(30*time.Millisecond)) }, leak.Resources{Timers: true}, ""},
	}
	var names []string
	for _, c := range cases {
		names = append(names, c.name)
	}
	if !eachApart(t, names) {
		return
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := rounds(t, c.f, leak.Options{
				Settle: 300 * time.Millisecond,
				Plan:   leak.Plan{Max: 40, Judge: c.which},
			})
			if c.which.Timers && !process.Created().Known {
				require.Equal(t, leak.NotJudged, r.Timers.Verdict, "%s", r)
				return // this Go does not count created goroutines
			}
			require.Equal(t, leak.Leaking, r.Verdict, "%s", r)
			require.Equal(t, leak.Leaking, trendOf(r, c.which).Verdict, "%s", r)
			require.ErrorIs(t, r.Err(), leak.ErrLeak)
			require.Contains(t, r.String(), c.where)
			require.Positive(t, trendOf(r, c.which).Slope)
		})
	}
	for _, timer := range timers {
		timer.Stop()
	}
	for _, db := range dbs {
		db.Close()
	}
	for _, f := range files {
		f.Close()
	}
	_, _ = kept, tickers
}

// rearm starts a timer whose function arms it again.
func rearm(d time.Duration) *time.Timer {
	var timer *time.Timer
	ready := make(chan bool)
	timer = time.AfterFunc(d, func() { <-ready; timer.Reset(d) })
	close(ready)
	return timer
}

func get(c *http.Client, url string) {
	if response, err := c.Get(url); err == nil {
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
}

func TestRoundsErrors(t *testing.T) {
	broken := errors.New("broken")
	_, err := leak.Rounds(context.Background(), func(context.Context) error { return broken })
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "round 1")
	ctx, cancel := context.WithCancel(context.Background())
	_, err = leak.Rounds(ctx, func(context.Context) error { cancel(); return nil })
	require.ErrorIs(t, err, context.Canceled)
	_, err = leak.Rounds(context.Background(), nil, leak.Options{Plan: leak.Plan{Rounds: 2, Idle: -1}})
	require.ErrorContains(t, err, "Plan.Rounds: got 2, want at least 5")
	require.ErrorContains(t, err, "Idle -1ns")
}
