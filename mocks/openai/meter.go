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

// meter is the client's transport. It counts requests and connections.
type meter struct {
	transport *http.Transport
	// requests and dialed only grow. open, inFlight and bodies are what the client
	// holds now.
	requests, dialed, open, inFlight, bodies atomic.Int64
}

// newMeter makes a transport without a proxy and without HTTP/2. The server is on
// loopback, and faults on the wire need a connection for each call.
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
	m.inFlight.Add(1)
	resp, err := m.transport.RoundTrip(req)
	if err != nil {
		m.inFlight.Add(-1)
		return resp, err
	}
	m.bodies.Add(1) // before inFlight falls, so that the connection is always counted
	m.inFlight.Add(-1)
	resp.Body = &meteredBody{ReadCloser: resp.Body, done: sync.OnceFunc(func() { m.bodies.Add(-1) })}
	return resp, nil
}

func (m *meter) use() mocks.WireUse {
	bodies := int(m.bodies.Load())
	return mocks.WireUse{
		Requests: int(m.requests.Load()), Dialed: int(m.dialed.Load()),
		Open: int(m.open.Load()), InUse: int(m.inFlight.Load()) + bodies, Bodies: bodies,
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

// meteredBody counts as done when it was read to its end, when it failed and when
// it was closed. From then on it holds no connection.
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
