package openai

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/watertight-go/watertight/mocks"
)

// meter is the client's transport, and keeps the account of its connections.
type meter struct {
	transport *http.Transport
	// requests and dialed only grow; open, flying and bodies are what is held now.
	requests, dialed, open, flying, bodies atomic.Int64
}

// newMeter makes a transport without a proxy and without HTTP/2: loopback, and
// one connection for each call, as faults on the wire need it.
func newMeter() *meter {
	m := &meter{}
	dialer := &net.Dialer{}
	m.transport = &http.Transport{MaxIdleConnsPerHost: 100, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		m.dialed.Add(1)
		m.open.Add(1)
		return &meteredConn{Conn: c, closed: sync.OnceFunc(func() { m.open.Add(-1) })}, nil
	}}
	return m
}

// RoundTrip implements http.RoundTripper.
func (m *meter) RoundTrip(req *http.Request) (*http.Response, error) {
	mocks.RecordAttempt(req.Context())
	m.requests.Add(1)
	m.flying.Add(1)
	resp, err := m.transport.RoundTrip(req)
	if err != nil {
		m.flying.Add(-1)
		return resp, err
	}
	m.bodies.Add(1) // before the request is no longer in flight, so that none is missed
	m.flying.Add(-1)
	resp.Body = &meteredBody{ReadCloser: resp.Body, done: sync.OnceFunc(func() { m.bodies.Add(-1) })}
	return resp, nil
}

func (m *meter) use() mocks.WireUse {
	bodies := int(m.bodies.Load())
	return mocks.WireUse{
		Requests: int(m.requests.Load()), Dialed: int(m.dialed.Load()),
		Open: int(m.open.Load()), InUse: int(m.flying.Load()) + bodies, Bodies: bodies,
	}
}

type meteredConn struct {
	net.Conn
	closed func()
}

// Close implements net.Conn.
func (c *meteredConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

// meteredBody is over when it was read to its end, failed or was closed: from
// then on it holds no connection.
type meteredBody struct {
	io.ReadCloser
	done func()
}

// Read implements io.Reader.
func (b *meteredBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.done()
	}
	return n, err
}

// Close implements io.Closer.
func (b *meteredBody) Close() error {
	b.done()
	return b.ReadCloser.Close()
}
