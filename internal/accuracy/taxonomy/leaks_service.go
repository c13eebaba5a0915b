package taxonomy

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"sync"
	"testing"
	"time"
)

var serviceLeaks = []Case{
	{Name: "pool-never-closed", Shows: "a worker pool without its Close", Want: "chan receive", Run: func(testing.TB) {
		jobs := make(chan func())
		for range 4 {
			go func() {
				for job := range jobs {
					job()
				}
			}()
		}
		done := make(chan int)
		jobs <- func() { close(done) }
		<-done
	}},
	{Name: "producer", Shows: "a generator whose consumer stopped", Want: "chan send", Run: func(testing.TB) {
		numbers := make(chan int)
		go func() {
			for i := 0; ; i++ {
				numbers <- i
			}
		}()
		for n := range numbers {
			if n == 3 {
				break
			}
		}
	}},
	{Name: "pipeline-broken-off", Shows: "three stages, the last one breaks off", Want: "chan send", Run: func(testing.TB) {
		stage := func(in <-chan int) <-chan int {
			out := make(chan int)
			go func() {
				defer close(out)
				for n := range in {
					out <- n + 1
				}
			}()
			return out
		}
		source := make(chan int)
		go func() {
			for i := range 100 {
				source <- i
			}
		}()
		<-stage(stage(source))
	}},
	{Name: "fan-in", Shows: "merges three inputs, one of them never ends", Want: "sync.WaitGroup.Wait", Run: func(testing.TB) {
		out := make(chan int, 9)
		var wg sync.WaitGroup
		for i := range 3 {
			in := make(chan int)
			wg.Go(func() {
				for n := range in {
					out <- n
				}
			})
			if i > 0 {
				close(in)
			}
		}
		go func() {
			wg.Wait()
			close(out)
		}()
	}},
	{Name: "subscriber", Shows: "never unsubscribed from a global bus", Want: "chan receive", Run: func(testing.TB) {
		events := make(chan string)
		keep(&struct{ topic []chan string }{[]chan string{events}})
		go func() {
			for range events {
			}
		}()
	}},
	{Name: "publisher", Shows: "one subscriber left without a word, and holds all others up", Want: "chan send", Run: func(testing.TB) {
		gone, here := make(chan int), make(chan int, 1)
		go func() {
			for _, subscriber := range []chan int{gone, here} {
				subscriber <- 1
			}
		}()
	}},
	{Name: "logger-unflushed", Shows: "an asynchronous logger that nobody closed", Want: "select", Run: func(testing.TB) {
		lines, quit := make(chan string, 8), make(chan struct{})
		go func() {
			for {
				select {
				case <-lines:
				case <-quit:
					return
				}
			}
		}()
		lines <- "started"
	}},
	{Name: "janitor", Shows: "a cache's eviction loop outlives the cache", Want: "taxonomy", Run: func(testing.TB) {
		type cache struct {
			sync.Mutex
			items map[string]time.Time
		}
		c := &cache{items: map[string]time.Time{}}
		go func() {
			for now := range time.Tick(5 * time.Millisecond) {
				c.Lock()
				for name, due := range c.items {
					if now.After(due) {
						delete(c.items, name)
					}
				}
				c.Unlock()
			}
		}()
	}},
	{Name: "respawner", Shows: "a supervisor that starts its worker again and again", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for {
				failed := make(chan int)
				go func() {
					defer close(failed)
					time.Sleep(2 * time.Millisecond)
				}()
				<-failed
			}
		}()
	}},
}

var sqlLeaks = []Case{
	{Name: "rows-unclosed", Shows: "rows read in part and not closed", Want: "awaitDone", Before: startDB, Run: func(t testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		keep(cancel)
		rows, err := database.QueryContext(ctx, "select n")
		must(t, err)
		keep(rows).Next()
	}},
	{Name: "transaction-open", Shows: "neither committed nor rolled back", Want: "awaitDone", Before: startDB, Run: func(t testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		keep(cancel)
		tx, err := database.BeginTx(ctx, nil)
		must(t, err)
		keep(tx)
	}},
	{Name: "connection-kept", Shows: "the only connection is never given back", Want: "taxonomy", Before: startDB, Run: func(t testing.TB) {
		database.SetMaxOpenConns(1)
		conn, err := database.Conn(context.Background())
		must(t, err)
		keep(conn)
		go func() { _, _ = database.Query("select n") }()
	}},
	{Name: "rows-of-only-connection", Shows: "a query inside of a loop over rows, on one connection", Want: "taxonomy", Before: startDB, Run: func(t testing.TB) {
		database.SetMaxOpenConns(1)
		go func() {
			rows, err := database.Query("select n")
			for err == nil && rows.Next() {
				err = database.QueryRow("select n").Scan(new(int))
			}
		}()
	}},
	{Name: "database-dropped", Shows: "sql.OpenDB without Close, and nobody holds it", Want: "connectionOpener", NeedsProof: true, Run: func(t testing.TB) {
		must(t, openDB().Ping())
	}},
}

// database is opened before the test.
var database *sql.DB

func startDB(t testing.TB) {
	database = openDB()
	must(t, database.Ping())
}

// memory is a database/sql driver without a database: every query has three
// rows, every statement succeeds at once, and nothing runs in the background.
// All goroutines belong to package database/sql.
type memory struct{}

func openDB() *sql.DB { return sql.OpenDB(memory{}) }

func (memory) Connect(context.Context) (driver.Conn, error) { return memoryConn{}, nil }
func (memory) Driver() driver.Driver                        { return memory{} }
func (memory) Open(string) (driver.Conn, error)             { return memoryConn{}, nil }

type memoryConn struct{}

func (memoryConn) Prepare(string) (driver.Stmt, error) { return memoryStmt{}, nil }
func (memoryConn) Close() error                        { return nil }
func (memoryConn) Begin() (driver.Tx, error)           { return memoryTx{}, nil }

type memoryStmt struct{}

func (memoryStmt) Close() error                               { return nil }
func (memoryStmt) NumInput() int                              { return -1 }
func (memoryStmt) Exec([]driver.Value) (driver.Result, error) { return nil, errors.ErrUnsupported }
func (memoryStmt) Query([]driver.Value) (driver.Rows, error)  { return &memoryRows{left: 3}, nil }

type memoryTx struct{}

func (memoryTx) Commit() error   { return nil }
func (memoryTx) Rollback() error { return nil }

type memoryRows struct{ left int64 }

func (*memoryRows) Columns() []string { return []string{"n"} }
func (*memoryRows) Close() error      { return nil }

func (r *memoryRows) Next(to []driver.Value) error {
	if r.left == 0 {
		return io.EOF
	}
	to[0] = r.left
	r.left--
	return nil
}
