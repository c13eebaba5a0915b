package leak_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"

	"github.com/watertight-go/watertight/leak"
)

func TestIdleHTTP1(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hang" {
			<-r.Context().Done()
		}
		io.WriteString(w, "answer")
	}))
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	base := leak.Take()
	get := func(path string) *http.Response {
		response, err := client.Get(server.URL + path)
		require.NoError(t, err)
		return response
	}
	response := get("/")
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	r := find(t, base, leak.Options{})
	require.NoError(t, r.Err())
	require.Less(t, r.Settled, defaultSettle/2)
	require.Equal(t, []leak.Allowed{{Reason: "idle keep-alive connection of net/http", Count: 3}}, r.Allowed)

	unclosed := get("/")
	r = find(t, base, leak.Options{Settle: brief})
	require.Equal(t, 2, r.Goroutines, "readLoop and writeLoop of an unclosed body: %s", r)
	unclosed.Body.Close()

	client.CloseIdleConnections()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		request, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/hang", nil)
		if response, err := client.Do(request); err == nil {
			response.Body.Close()
		}
	}()
	r = find(t, base, leak.Options{Settle: 300 * time.Millisecond})
	require.True(t, slices.ContainsFunc(r.Findings, func(f leak.Finding) bool {
		return strings.Contains(f.Stack, "net/http.(*persistConn).readLoop")
	}), "a request in flight is not an idle connection: %s", r)
}

// TestIdleHTTP1Unused: nothing has come on a connection that was dialled ahead; on
// one whose client hangs within the header, something has.
func TestIdleHTTP1Unused(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	base := leak.Take()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	idle := []leak.Allowed{{Reason: "idle keep-alive connection of net/http", Count: 1}}
	require.Eventually(t, func() bool { // until the server has accepted it
		r := find(t, base, leak.Options{Settle: brief})
		return r.Err() == nil && slices.Equal(idle, r.Allowed)
	}, 10*time.Second, time.Millisecond)
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n")
	require.NoError(t, err)
	r := find(t, base, leak.Options{Settle: 300 * time.Millisecond})
	require.Equal(t, 1, r.Goroutines, "a request that has begun: %s", r)
}

// TestIdleHTTP2: requests share a connection, which is idle, whatever became of
// them; each that is still in flight has goroutines of its own.
func TestIdleHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hang":
			<-r.Context().Done()
		case "/big":
			w.Write(make([]byte, 8<<20))
		}
		io.WriteString(w, "answer")
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	client := server.Client()
	base := leak.Take()
	response, err := client.Get(server.URL)
	require.NoError(t, err)
	require.Equal(t, 2, response.ProtoMajor)
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	r := find(t, base, leak.Options{})
	require.NoError(t, r.Err())
	require.Less(t, r.Settled, defaultSettle/2)
	require.Equal(t, []leak.Allowed{{Reason: "idle keep-alive connection of net/http", Count: 3}}, r.Allowed)

	ctx, cancel := context.WithCancel(context.Background())
	request, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/hang", nil)
	require.NoError(t, err)
	go func() {
		if response, err := client.Do(request); err == nil {
			response.Body.Close()
		}
	}()
	r = find(t, base, leak.Options{Settle: 300 * time.Millisecond})
	require.True(t, entered(r, ".doRequest"), "a request in flight: %s", r)
	require.True(t, entered(r, ".runHandler"), "its handler: %s", r)
	cancel()
	require.NoError(t, find(t, base, leak.Options{}).Err())

	unclosed, err := client.Get(server.URL + "/big")
	require.NoError(t, err)
	r = find(t, base, leak.Options{Settle: brief})
	require.True(t, entered(r, ".doRequest"), "an unclosed body: %s", r)
	unclosed.Body.Close()
	require.NoError(t, find(t, base, leak.Options{}).Err())
}

// entered reports whether a finding's first function has the suffix.
func entered(r leak.Report, suffix string) bool {
	return slices.ContainsFunc(r.Findings, func(f leak.Finding) bool { return strings.HasSuffix(f.Entry, suffix) })
}

// TestIdleSQL: an open pool is idle; rows that nobody closes are not.
func TestIdleSQL(t *testing.T) {
	base := leak.Take()
	db := sql.OpenDB(connector{})
	db.SetConnMaxIdleTime(time.Hour)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	query := func() *sql.Rows {
		rows, err := db.QueryContext(ctx, "select 1")
		require.NoError(t, err)
		return rows
	}
	require.NoError(t, query().Close())
	r := find(t, base, leak.Options{})
	require.NoError(t, r.Err())
	require.Less(t, r.Settled, defaultSettle/2)
	require.Equal(t, []leak.Allowed{{Reason: "connection pool of database/sql, open", Count: 2}}, r.Allowed)

	unclosed := query()
	r = find(t, base, leak.Options{Settle: brief})
	require.True(t, entered(r, "(*Rows).awaitDone"), "%s", r)
	require.NoError(t, unclosed.Close())
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	r = find(t, base, leak.Options{Settle: brief})
	require.True(t, entered(r, "(*Tx).awaitDone"), "%s", r)
	require.NoError(t, tx.Rollback())
	require.NoError(t, find(t, base, leak.Options{}).Err())
	require.NoError(t, db.Close())
	require.Empty(t, find(t, base, leak.Options{}).Allowed)
}

// TestIdleDropped: a pool that nobody holds any more is proven to be left.
func TestIdleDropped(t *testing.T) {
	if !provable {
		t.Skip("this Go has no leak profile")
	}
	base := leak.Take()
	dropPool()
	r := find(t, base, leak.Options{})
	require.Equal(t, 1, r.Goroutines, "%s", r)
	require.Equal(t, leak.Proven, r.Findings[0].Class)
}

//go:noinline
func dropPool() { sql.OpenDB(connector{}) }

// connector is a database driver that has one row.
type connector struct{}

func (connector) Connect(context.Context) (driver.Conn, error) { return conn{}, nil }
func (connector) Driver() driver.Driver                        { return nil }

type conn struct{}

func (conn) Prepare(string) (driver.Stmt, error) { return stmt{}, nil }
func (conn) Close() error                        { return nil }
func (conn) Begin() (driver.Tx, error)           { return tx{}, nil }

type tx struct{}

func (tx) Commit() error   { return nil }
func (tx) Rollback() error { return nil }

type stmt struct{}

func (stmt) Close() error                               { return nil }
func (stmt) NumInput() int                              { return -1 }
func (stmt) Exec([]driver.Value) (driver.Result, error) { return driver.ResultNoRows, nil }
func (stmt) Query([]driver.Value) (driver.Rows, error)  { return &oneRow{}, nil }

type oneRow struct{ done bool }

func (*oneRow) Columns() []string { return []string{"n"} }
func (*oneRow) Close() error      { return nil }
func (r *oneRow) Next(to []driver.Value) error {
	if r.done {
		return io.EOF
	}
	r.done = true
	to[0] = int64(1)
	return nil
}
