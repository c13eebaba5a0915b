package leak_test

import (
	"bufio"
	"context"
	"database/sql"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"net/rpc"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// hinted leaves something of the standard library open, and returns what ends it.
type hinted struct {
	name string
	open func(t *testing.T) (end func())
	// hint is what the finding says.
	hint string
}

var hintedLeaks = []hinted{
	{"HTTP/1 body", func(t *testing.T) func() {
		response := fetch(t, servers(t).one, "/big")
		return func() { response.Body.Close() }
	}, "response body not closed?"},
	{"HTTP/1 body of an error", func(t *testing.T) func() {
		response := fetch(t, servers(t).one, "/stream")
		return func() { response.Body.Close() }
	}, "response body not closed?"},
	{"HTTP/2 body", func(t *testing.T) func() {
		response := fetch(t, servers(t).two, "/stream")
		return func() { response.Body.Close() }
	}, "response body not closed?"},
	{"HTTP/1 request", func(t *testing.T) func() { return hang(servers(t).one) },
		"context of the request not cancelled, and no timeout set?"},
	{"HTTP/2 request", func(t *testing.T) func() { return hang(servers(t).two) },
		"context of the request not cancelled, and no timeout set?"},
	{"dropped pool", func(t *testing.T) func() {
		if !provable {
			t.Skip("this Go has no leak profile")
		}
		dropPool()
		return func() {}
	}, "database not closed?"},
	{"rows", func(t *testing.T) func() {
		db := sql.OpenDB(connector{})
		ctx, cancel := context.WithCancel(context.Background())
		rows, err := db.QueryContext(ctx, "select")
		require.NoError(t, err)
		return func() { rows.Close(); cancel(); db.Close() }
	}, "rows not closed?"},
	{"transaction", func(t *testing.T) func() {
		db := sql.OpenDB(connector{})
		tx, err := db.Begin()
		require.NoError(t, err)
		return func() { tx.Rollback(); db.Close() }
	}, "transaction neither committed nor rolled back?"},
	{"connection of the pool", func(t *testing.T) func() {
		db := sql.OpenDB(connector{})
		db.SetMaxOpenConns(1)
		c, err := db.Conn(context.Background())
		require.NoError(t, err)
		go db.Ping()
		return func() { c.Close(); db.Close() }
	}, "rows, transaction or connection not given back to the pool?"},
	{"command with a context", func(t *testing.T) func() {
		ctx, cancel := context.WithCancel(context.Background())
		c := exec.CommandContext(ctx, os.Args[0], "-test.run=^$")
		require.NoError(t, c.Start())
		return func() { c.Wait(); cancel() }
	}, "Wait of the command not called?"},
	{"command with a buffer", func(t *testing.T) func() {
		c := exec.Command(os.Args[0], "-test.run=^TestHintChild$")
		c.Env = append(os.Environ(), childVar+"=hang")
		c.Stdout = new(strings.Builder)
		stdin, err := c.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, c.Start())
		return func() { stdin.Close(); c.Wait() }
	}, "the command, or a child of it, still has its output open"},
	{"accept loop", func(t *testing.T) func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		go l.Accept()
		return func() { l.Close() }
	}, "listener not closed?"},
	{"http.Server", func(t *testing.T) func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		s := &http.Server{}
		go s.Serve(l)
		return func() { s.Close() }
	}, "server not closed?"},
	{"httptest.Server", func(t *testing.T) func() {
		return httptest.NewServer(nil).Close
	}, "server not closed?"},
	{"connection", func(t *testing.T) func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		c, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		go bufio.NewReader(c).ReadString('\n')
		return func() { c.Close(); l.Close() }
	}, "connection not closed, and no deadline set?"},
	{"UDP", func(t *testing.T) func() {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		require.NoError(t, err)
		go c.ReadFrom(make([]byte, 10))
		return func() { c.Close() }
	}, "connection not closed, and no deadline set?"},
	{"io.Pipe, read", func(t *testing.T) func() {
		r, w := io.Pipe()
		go bufio.NewScanner(r).Scan()
		return func() { w.Close() }
	}, "write end of the pipe not closed?"},
	{"io.Pipe, write", func(t *testing.T) func() {
		r, w := io.Pipe()
		go w.Write([]byte("x"))
		return func() { r.Close() }
	}, "read end of the pipe not closed, and nobody reads?"},
	{"net.Pipe", func(t *testing.T) func() {
		r, w := net.Pipe()
		go r.Read(make([]byte, 1))
		return func() { w.Close() }
	}, "connection not closed, and no deadline set?"},
	{"os.Pipe", func(t *testing.T) func() {
		r, w, err := os.Pipe()
		require.NoError(t, err)
		go io.ReadAll(r)
		return func() { w.Close() }
	}, "file not closed, or the other end of its pipe?"},
	{"signal.NotifyContext", func(t *testing.T) func() {
		_, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		return stop
	}, "stop function of signal.NotifyContext not called?"},
	{"foreign context", func(t *testing.T) func() {
		_, cancel := context.WithCancel(foreign{context.Background(), make(chan struct{})})
		return cancel
	}, "cancel function of the context not called?"},
	{"iter.Pull", func(t *testing.T) func() {
		next, stop := iter.Pull(func(yield func(int) bool) {
			for yield(1) {
			}
		})
		next()
		return stop
	}, "stop function of iter.Pull not called?"},
	{"net/rpc", func(t *testing.T) func() {
		_, c := net.Pipe()
		client := rpc.NewClient(c)
		return func() { client.Close() }
	}, "client not closed?"},
}

// unhinted are innocents and leaks that look like those with a hint.
var unhinted = []hinted{
	{"body that is still read", func(t *testing.T) func() {
		response := fetch(t, servers(t).one, "/stream")
		go io.Copy(io.Discard, response.Body)
		return func() { response.Body.Close() }
	}, "response body not closed?"},
	{"body of HTTP/2 that is still read", func(t *testing.T) func() {
		response := fetch(t, servers(t).two, "/stream")
		go io.Copy(io.Discard, response.Body)
		return func() { response.Body.Close() }
	}, "response body not closed?"},
	{"request of HTTP/2 without an answer", func(t *testing.T) func() { return hang(servers(t).two) }, "response body not closed?"},
	{"command that is waited for", func(t *testing.T) func() {
		ctx, cancel := context.WithCancel(context.Background())
		c := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestHintChild$")
		c.Env = append(os.Environ(), childVar+"=hang")
		stdin, err := c.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, c.Start())
		go c.Wait()
		return func() { stdin.Close(); cancel() }
	}, "Wait of the command not called?"},
	{"handler of a server", func(t *testing.T) func() { return hang(servers(t).one) }, "server not closed?"},
	{"select of the user's own", func(t *testing.T) func() {
		stop, other := make(chan bool), make(chan bool)
		go func() {
			select {
			case <-stop:
			case <-other:
			}
		}()
		return func() { close(stop) }
	}, "closed?"},
}

// foreign is a context of a type that package context does not know.
type foreign struct {
	context.Context
	done chan struct{}
}

func (f foreign) Done() <-chan struct{} { return f.done }
