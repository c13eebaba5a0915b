package openai

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
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
		return &meteredConn{Conn: c, meter: m}, nil
	}}
	return m
}

// RoundTrip implements http.RoundTripper.
func (m *meter) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Context().Err() != nil {
		return m.transport.RoundTrip(req) // it sends nothing
	}
	mocks.RecordAttempt(req.Context())
	m.requests.Add(1)
	m.inFlight.Add(1)
	defer m.inFlight.Add(-1) // after bodies has grown, so that the connection is always counted
	var conn *meteredConn
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		conn, _ = i.Conn.(*meteredConn)
	}})
	resp, err := m.transport.RoundTrip(req.WithContext(ctx))
	if err != nil || conn == nil {
		return resp, err
	}
	resp.Body = &meteredBody{ReadCloser: resp.Body, done: conn.addBody()}
	return resp, nil
}

func (m *meter) use() mocks.WireUse {
	bodies := int(m.bodies.Load())
	return mocks.WireUse{
		Requests: int(m.requests.Load()), Dialed: int(m.dialed.Load()),
		Open: int(m.open.Load()), InUse: int(m.inFlight.Load()) + bodies, Bodies: bodies,
	}
}

// meteredConn is a connection, and the body that it carries now.
type meteredConn struct {
	net.Conn
	meter *meter

	mu     sync.Mutex
	closed bool
	// endBody counts the open body as done; nil where there was none. It may be called
	// again.
	endBody func()
}

// addBody counts a body until done is called, or until the connection is closed: a body
// that nobody closes holds nothing from then on.
func (c *meteredConn) addBody() (done func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return func() {}
	}
	c.meter.bodies.Add(1)
	c.endBody = sync.OnceFunc(func() { c.meter.bodies.Add(-1) })
	return c.endBody
}

// Close implements net.Conn.
func (c *meteredConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.endBody != nil {
		c.endBody()
	}
	if !c.closed {
		c.closed = true
		c.meter.open.Add(-1)
	}
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
