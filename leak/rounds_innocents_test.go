package leak_test

import (
	"database/sql"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestRoundsInnocents: in one round, or in a few, each seems to leak.
func TestRoundsInnocents(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "answer") }))
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var once, onceDB, onceTimer sync.Once
	db := sql.OpenDB(connector{})
	db.Close()
	defer func() { db.Close() }()
	quit := make(chan bool)
	defer close(quit)
	var worker chan bool
	defer func() {
		if worker != nil {
			close(worker)
		}
	}()
	cache := map[int][]byte{}
	pool := sync.Pool{New: func() any { return new([4096]byte) }}
	refresh := time.NewTimer(time.Hour)
	defer func() { refresh.Stop() }()
	n := 0
	cases := []struct {
		name string
		f    func()
	}{
		{"nothing", func() {}},
		{"a pool that is born on first use", func() {
			once.Do(func() {
				for range 4 {
					go func() { <-quit }()
				}
			})
		}},
		{"a pool that grows up to its size", func() {
			if n++; n <= 6 {
				go func() { <-quit }()
			}
		}},
		{"a worker that each round replaces", func() {
			if worker != nil {
				close(worker)
			}
			worker = make(chan bool)
			go func(quit chan bool) { <-quit }(worker)
		}},
		{"idle connections of one client", func() {
			var all sync.WaitGroup
			for range 3 {
				goIn(&all, func() { get(client, server.URL) })
			}
			all.Wait()
		}},
		{"one database", func() {
			onceDB.Do(func() { db = sql.OpenDB(connector{}) })
			require.NoError(t, db.Ping())
		}},
		{"a cache that fills and stops", func() {
			if len(cache) < 8 {
				cache[len(cache)] = make([]byte, 1<<10)
			}
		}},
		{"slow but ending", func() { go time.Sleep(400 * time.Millisecond) }},
		{"a sync.Pool", func() { pool.Put(pool.Get()) }},
		{"a dropped file that its finalizer closes", func() { os.Open(os.DevNull) }},
		{"a timer that was started once", func() { onceTimer.Do(func() { refresh = rearm(20 * time.Millisecond) }) }},
		{"timers that fire after all rounds", func() {
			state := make([]byte, 4000)
			time.AfterFunc(3*time.Second, func() { state[0]++ })
		}},
		{"many timers that each fire once over three seconds", func() {
			for i := range 30 {
				time.AfterFunc(time.Duration(i)*100*time.Millisecond, func() {})
			}
		}},
		{"a cache that each round replaces, beside timers that fire once", func() {
			cache[n%4] = make([]byte, 1<<10)
			n++
			time.AfterFunc(200*time.Millisecond, func() {})
		}},
		{"a server a round", func() {
			s := httptest.NewServer(http.NotFoundHandler())
			get(s.Client(), s.URL)
			s.Close()
		}},
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
			r := rounds(t, c.f, leak.Options{Plan: leak.Plan{Max: 40}})
			require.NoError(t, r.Err())
			require.Equal(t, leak.Clean, r.Verdict)
			require.GreaterOrEqual(t, r.Rounds, 5)
		})
	}
}

// TestRoundsTellApart: beside a leak, neither what each round replaces nor what
// was created once is reported.
func TestRoundsTellApart(t *testing.T) {
	if !apart(t) {
		return
	}
	var once sync.Once
	quit := make(chan bool)
	defer close(quit)
	var worker chan bool
	defer func() { close(worker) }()
	r := rounds(t, func() {
		once.Do(func() { go func() { <-quit }() })
		if worker != nil {
			close(worker)
		}
		worker = make(chan bool)
		go func(quit chan bool) { <-quit }(worker)
		leakSend(nil)
	}, leak.Options{Settle: brief, Plan: leak.Plan{Judge: leak.Resources{Goroutines: true}}})
	require.Equal(t, leak.Leaking, r.Verdict, "%s", r)
	require.Len(t, r.Left.Findings, 1, "%s", r)
	require.Contains(t, r.Left.Findings[0].CreatedBy, "leakSend")
	require.Equal(t, r.WarmUp+r.Rounds, r.Left.Findings[0].Count)
	require.Equal(t, []leak.Allowed{{Reason: "does not grow round by round", Count: 2}}, r.Left.Allowed)
	require.Equal(t, leak.NotJudged, r.Heap.Verdict)
}

// TestRoundsPendingTimers: more fire the more rounds there were, as often as in
// the watch before, and all of them once.
func TestRoundsPendingTimers(t *testing.T) {
	if !process.Created().Known {
		t.Skip("this Go does not count created goroutines")
	}
	if !apart(t) {
		return
	}
	r := rounds(t, func() {
		for i := range 30 {
			time.AfterFunc(time.Duration(i)*100*time.Millisecond, func() {})
		}
	}, leak.Options{Plan: leak.Plan{Judge: leak.Resources{Timers: true}}})
	require.Equal(t, leak.Clean, r.Verdict, "%s", r)
	require.Contains(t, r.Timers.Why, "have stopped")
	require.Greater(t, r.Rounds, 5, "the first watch must have seen them")
}
