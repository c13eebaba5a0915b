package taxonomy

import (
	"context"
	"database/sql"
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

// database is the one that was there before the test.
var database *sql.DB

func startDB(t testing.TB) {
	database = openDB()
	must(t, database.Ping())
}
