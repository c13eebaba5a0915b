package load

import (
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"sync"
)

// connections are those of one run. They are closed here and not by the transport, which
// would leave some for a while: those that it dials for a request that has ended
// meanwhile, and those whose request was canceled. Its goroutines end with them.
type connections struct {
	dial  func(ctx context.Context, network, address string) (net.Conn, error)
	ended context.Context
	end   context.CancelFunc

	mu     sync.Mutex
	closed bool
	open   map[*connection]struct{}
	dials  sync.WaitGroup
}

// errClosed is the error of a dial after the end.
var errClosed = errors.New("the load has ended")

func newConnections(dial func(context.Context, string, string) (net.Conn, error)) *connections {
	c := &connections{dial: dial, open: map[*connection]struct{}{}}
	if c.dial == nil {
		c.dial = (&net.Dialer{KeepAlive: -1}).DialContext
	}
	c.ended, c.end = context.WithCancel(context.Background())
	return c
}

// transport makes requests over these connections. They stay open for the next request.
func (c *connections) transport(p Protocol) *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP1(p == HTTP1)
	protocols.SetUnencryptedHTTP2(p != HTTP1)
	return &http.Transport{
		DialContext:         c.dialContext,
		Protocols:           &protocols,
		MaxIdleConnsPerHost: math.MaxInt,
		DisableCompression:  true,
	}
}

func (c *connections) dialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if !c.beginDial() {
		return nil, errClosed
	}
	defer c.dials.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.ended, cancel)()
	conn, err := c.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	made := &connection{Conn: conn, of: c}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open[made] = struct{}{}
	return made, nil
}

// beginDial reports whether there may be one more.
func (c *connections) beginDial() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.dials.Add(1)
	}
	return !c.closed
}

// close ends all dials and closes all connections. No request is under way.
func (c *connections) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.end()
	c.dials.Wait()
	c.mu.Lock()
	left := c.open
	c.open = nil
	c.mu.Unlock()
	for conn := range left {
		_ = conn.Conn.Close()
	}
}

// connection is one that is open until it is closed.
type connection struct {
	net.Conn
	of *connections
}

func (c *connection) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}
