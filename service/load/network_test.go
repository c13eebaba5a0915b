package load

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// network connects a load with a service in one bubble, by pipes.
type network struct {
	made chan net.Conn
	end  chan struct{}
	// dialed counts connections, open those that the load has not closed.
	dialed, open atomic.Int64
	// requests counts what the service got.
	requests atomic.Int64
}

// newNetwork starts a service that ends with the test.
func newNetwork(t *testing.T, h http.HandlerFunc) *network {
	n := &network{made: make(chan net.Conn), end: make(chan struct{})}
	s := &http.Server{Protocols: new(http.Protocols), ErrorLog: log.New(io.Discard, "", 0)}
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	s.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, onConnection{}, new(atomic.Int64))
	}
	var serving sync.WaitGroup
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serving.Add(1)
		defer serving.Done()
		n.requests.Add(1)
		r.Context().Value(onConnection{}).(*atomic.Int64).Add(1)
		h(w, r)
	})
	serving.Go(func() { _ = s.Serve(n) })
	t.Cleanup(func() { _ = s.Close(); serving.Wait() })
	return n
}

// onConnection is the key of the number of requests on a connection.
type onConnection struct{}

// requestOf is which request of its connection this is.
func requestOf(r *http.Request) int64 {
	return r.Context().Value(onConnection{}).(*atomic.Int64).Load()
}

func (n *network) Accept() (net.Conn, error) {
	select {
	case c := <-n.made:
		return c, nil
	case <-n.end:
		return nil, net.ErrClosed
	}
}

func (n *network) Close() error   { close(n.end); return nil }
func (n *network) Addr() net.Addr { return &net.TCPAddr{} }

func (n *network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	load, service := net.Pipe()
	select {
	case n.made <- service:
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), load.Close(), service.Close())
	}
	n.dialed.Add(1)
	n.open.Add(1)
	return &counted{Conn: load, open: &n.open}, nil
}

// counted is a connection that counts its end once.
type counted struct {
	net.Conn
	open *atomic.Int64
	once sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}
