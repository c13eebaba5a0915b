package taxonomy

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"
)

// poolInnocents belong to the program, not to the test: they were started before
// the test, or they are idle connections.
var poolInnocents = []Case{
	{Name: "pool-before", Shows: "a worker pool that was there before", Before: startPool, Run: func(testing.TB) {
		done := make(chan int)
		jobs <- func() { close(done) }
		<-done
	}},
	{Name: "pool-idle-timeout", Shows: "a worker that ends after a second without work", Run: func(testing.TB) {
		jobs := keep(make(chan func()))
		go func() {
			for idle := time.NewTimer(soon); ; idle.Reset(soon) {
				select {
				case job := <-jobs:
					job()
				case <-idle.C:
					return
				}
			}
		}()
		jobs <- func() {}
	}},
	{Name: "bus-before", Shows: "an event bus that was there before delivers to the test", Before: startPool, Run: func(testing.TB) {
		heard := make(chan int, 1)
		jobs <- func() { heard <- 1 }
		<-heard
	}},
	{Name: "idle-connection", Shows: "a kept-alive connection of the default client", Before: startServer, Run: func(t testing.TB) {
		get(t, http.DefaultClient, server.URL+"/ok")
	}},
	{Name: "idle-connections", Shows: "eight kept-alive connections after a burst", Before: func(t testing.TB) {
		startServer(t)
		http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 8
	}, Run: func(t testing.TB) {
		done := make(chan error)
		for range 8 {
			go func() {
				resp, err := http.Get(server.URL + "/ok")
				if err == nil {
					err = resp.Body.Close()
				}
				done <- err
			}()
		}
		for range 8 {
			must(t, <-done)
		}
	}},
	{Name: "idle-connection-before", Shows: "a kept-alive connection that was there before is used again", Before: func(t testing.TB) {
		startServer(t)
		get(t, http.DefaultClient, server.URL+"/ok")
	}, Run: func(t testing.TB) {
		get(t, http.DefaultClient, server.URL+"/ok")
	}},
	{Name: "idle-connection-raw", Shows: "a server's connection whose client stays silent", Before: startServer, Run: func(t testing.TB) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		must(t, err)
		_, err = conn.Write([]byte("GET /ok HTTP/1.1\r\nHost: x\r\n\r\n"))
		must(t, err)
		_, err = conn.Read(make([]byte, 1<<10))
		must(t, err)
		keep(conn)
	}},
	{Name: "idle-connection-unused", Shows: "dialled ahead by a client that took another one, and kept", Before: startServer, Run: func(t testing.TB) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		must(t, err)
		keep(conn)
		time.Sleep(20 * time.Millisecond) // until it is accepted
	}},
	{Name: "h2-idle-connection", Shows: "a kept-alive HTTP/2 connection", Before: startServer2, Run: func(t testing.TB) {
		get(t, server2.Client(), server2.URL+"/ok")
	}},
	{Name: "requests-timed-out", Shows: "requests that their contexts ended", Before: startServer, Run: func(t testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		for range 4 {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/silent", nil)
			must(t, err)
			if _, err := http.DefaultClient.Do(req); err == nil {
				t.Fatal("got an answer, want a timeout")
			}
		}
	}},
	{Name: "database-before", Shows: "a database/sql pool that was there before", Before: startDB, Run: func(t testing.TB) {
		must(t, database.QueryRow("select n").Scan(new(int)))
	}},
	{Name: "database-in-use", Shows: "transactions and rows, all of them ended", Before: startDB, Run: func(t testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		tx, err := database.BeginTx(ctx, nil)
		must(t, err)
		rows, err := tx.QueryContext(ctx, "select n")
		must(t, err)
		for rows.Next() {
		}
		must(t, rows.Close())
		must(t, tx.Commit())
	}},
	{Name: "database-global", Shows: "a database/sql pool that the program opens on first use and keeps", Run: func(t testing.TB) {
		must(t, keep(openDB()).Ping())
	}},
	{Name: "database-closed", Shows: "opened and closed by the test", Run: func(t testing.TB) {
		db := openDB()
		t.Cleanup(func() { _ = db.Close() })
		must(t, db.Ping())
	}},
}

// jobs feeds a worker pool that was started before the test.
var jobs = make(chan func())

func startPool(testing.TB) {
	for range 4 {
		go func() {
			for job := range jobs {
				job()
			}
		}()
	}
}

// siblingInnocents do nothing wrong. The parallel test beside them does, or has
// goroutines of its own.
var siblingInnocents = []Case{
	{Name: "sibling-slow", Shows: "a parallel test's worker needs a second more", Run: func(testing.TB) {
		<-siblingStarted
	}, Sibling: func(testing.TB) {
		go time.Sleep(soon)
		close(siblingStarted)
	}},
	{Name: "sibling-leaks", Shows: "a parallel test leaks, this one does not", Run: func(testing.TB) {
		<-siblingStarted
	}, Sibling: func(testing.TB) {
		in := keep(make(chan int))
		go func() { <-in }()
		close(siblingStarted)
	}},
	{Name: "sibling-runs", Shows: "a parallel test is in full swing", Run: func(testing.TB) {
		<-siblingStarted
	}, Sibling: func(testing.TB) {
		done := make(chan int)
		for range 20 {
			go func() { <-done }()
		}
		close(siblingStarted)
		time.Sleep(2 * soon)
		close(done)
	}},
}

var siblingStarted = make(chan struct{})
