package taxonomy

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"testing"
)

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
