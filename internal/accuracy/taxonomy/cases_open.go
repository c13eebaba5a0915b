package taxonomy

import (
	"bufio"
	"context"
	"database/sql"
	"io"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"
)

// openLeaks leave something of the standard library open.
var openLeaks = []Case{
	{Name: "open-body-dropped", Shows: "looks at the status only", Want: "readLoop", Before: startServer, Run: func(t testing.TB) {
		resp, err := http.Get(server.URL + "/events")
		must(t, err)
		if resp.StatusCode != http.StatusOK {
			resp.Body.Close()
		}
	}},
	{Name: "open-bodies-in-loop", Shows: "three bodies at once, two of them closed", Want: "readLoop", Before: startServer, Run: func(t testing.TB) {
		for i := range 3 {
			resp, err := http.Get(server.URL + "/long")
			must(t, err)
			if i != 1 {
				defer resp.Body.Close()
			}
		}
	}},
	{Name: "open-h2-body-dropped", Shows: "HTTP/2, the same", Want: "http2", Before: startServer2, Run: func(t testing.TB) {
		resp, err := server2.Client().Get(server2.URL + "/events")
		must(t, err)
		_, _ = io.ReadFull(resp.Body, make([]byte, 3))
	}},
	{Name: "open-rows", Shows: "returns from the loop over rows", Want: "awaitDone", Before: startDB, Run: func(t testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		keep(cancel)
		rows, err := database.QueryContext(ctx, "select n")
		must(t, err)
		for rows.Next() {
			break
		}
	}},
	{Name: "open-transaction", Shows: "an error's path has no rollback", Want: "awaitDone", Before: startDB, Run: func(t testing.TB) {
		tx, err := database.Begin()
		must(t, err)
		_, _ = keep(tx).Exec("update") // fails
	}},
	{Name: "open-command", Shows: "started under a context, never waited for", Want: "os/exec", Run: func(t testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		keep(cancel)
		cmd, _ := sleeper(t, ctx)
		must(t, cmd.Start())
		must(t, cmd.Process.Kill())
	}},
	{Name: "open-pipe", Shows: "the writer of a pipe is never closed", Want: "io.(*pipe).read", Run: func(t testing.TB) {
		r, w := io.Pipe()
		go func() {
			for lines := bufio.NewScanner(r); lines.Scan(); {
			}
		}()
		_, err := io.WriteString(keep(w), "line\n")
		must(t, err)
	}},
	{Name: "open-os-pipe", Shows: "the writer of an os.Pipe is never closed", Want: "IO wait", Run: func(t testing.TB) {
		r, w, err := os.Pipe()
		must(t, err)
		go func() {
			for lines := bufio.NewScanner(r); lines.Scan(); {
			}
		}()
		_, err = keep(w).WriteString("line\n")
		must(t, err)
	}},
	{Name: "open-ticker", Shows: "a flusher in a WaitGroup that is never told", Want: "taxonomy", Run: func(testing.TB) {
		stop, tasks := keep(make(chan bool)), keep(new(sync.WaitGroup))
		tasks.Go(func() {
			for tick := time.NewTicker(10 * time.Millisecond); ; {
				select {
				case <-tick.C:
				case <-stop:
					return
				}
			}
		})
	}},
}

// closingInnocents close it, some later than the test ends.
var closingInnocents = []Case{
	{Name: "closed-body-late", Shows: "a body that is closed in a second", Before: startServer, Run: func(t testing.TB) {
		resp, err := http.Get(server.URL + "/events")
		must(t, err)
		time.AfterFunc(soon, func() { resp.Body.Close() })
	}},
	{Name: "closed-body-keep-alive", Shows: "read and closed, so the connection is kept alive", Before: startServer, Run: func(t testing.TB) {
		get(t, http.DefaultClient, server.URL+"/long")
		get(t, http.DefaultClient, server.URL+"/ok")
	}},
	{Name: "closed-h2-body-late", Shows: "HTTP/2, a body that is closed in a second", Before: startServer2, Run: func(t testing.TB) {
		resp, err := server2.Client().Get(server2.URL + "/events")
		must(t, err)
		time.AfterFunc(soon, func() { resp.Body.Close() })
	}},
	{Name: "closed-request-timeout", Shows: "the server is silent, the client's timeout ends it in a second", Before: startServer, Run: func(testing.TB) {
		client := &http.Client{Timeout: soon}
		go func() { _, _ = client.Get(server.URL + "/silent") }()
		<-arrived
	}},
	{Name: "closed-rows-late", Shows: "rows that a goroutine closes in a second", Before: startDB, Run: func(t testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		rows, err := database.QueryContext(ctx, "select n")
		must(t, err)
		go func(rows *sql.Rows) {
			defer cancel()
			defer rows.Close()
			<-ctx.Done()
		}(rows)
	}},
	{Name: "closed-transaction", Shows: "rolled back when its context ends, in a second", Before: startDB, Run: func(t testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		keep(cancel)
		_, err := database.BeginTx(ctx, nil)
		must(t, err)
	}},
	{Name: "closed-command-late", Shows: "a command that its context ends in a second, waited for", Run: func(t testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		cmd, _ := sleeper(t, ctx)
		must(t, cmd.Start())
		go func() { defer cancel(); _ = cmd.Wait() }()
	}},
	{Name: "closed-pipe-late", Shows: "the writer of a pipe is closed in a second", Run: func(testing.TB) {
		r, w := io.Pipe()
		go func() { _, _ = io.Copy(io.Discard, r) }()
		time.AfterFunc(soon, func() { w.Close() })
	}},
	{Name: "closed-ticker-late", Shows: "a flusher that is told to stop in a second", Run: func(testing.TB) {
		stop := make(chan bool)
		go func() {
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
				case <-stop:
					return
				}
			}
		}()
		time.AfterFunc(soon, func() { close(stop) })
	}},
}
