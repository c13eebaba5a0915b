// Package wireserver is the HTTP server below the servers that misbehave: it counts
// requests and connections, and ends connections whatever their requests do.
package wireserver

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Config says how a Server serves.
type Config struct {
	// Addr is where it listens. Empty: a free port of the loopback interface.
	Addr    string
	Handler http.Handler
	// Protocols are those that it speaks. Nil: HTTP/1.1.
	Protocols *http.Protocols
	// Log gets the complaints of net/http. Nil: they are discarded.
	Log io.Writer
}

// Server is a running server. Close it.
type Server struct {
	handler http.Handler
	http    *http.Server
	url     string
	once    sync.Once
	accept  sync.WaitGroup

	mu             sync.Mutex
	changed        *sync.Cond // a connection or a request has ended
	closed         bool
	requests, open int
	conns          map[net.Conn]*connection
}

// Counts are numbers of a Server.
type Counts struct {
	// Requests is how many requests came so far, Open how many are being handled.
	Requests, Open int
	// Connections is how many are open, idle ones included.
	Connections int
}

// Listen listens and serves until Close.
func Listen(c Config) (*Server, error) {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return nil, err
	}
	s := &Server{handler: c.Handler, url: "http://" + reachable(listener.Addr()), conns: map[net.Conn]*connection{}}
	s.changed = sync.NewCond(&s.mu)
	s.http = &http.Server{
		Handler: s, Protocols: c.Protocols, ConnState: s.connState, ErrorLog: log.New(c.Log, "", 0),
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, conn)
		},
	}
	s.accept.Go(func() { s.http.Serve(listener) })
	return s, nil
}

// reachable is an address that this machine reaches a listener at.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: tcp.Port}).String()
	}
	return addr.String()
}

// URL is the base URL for a client, without a slash at the end.
func (s *Server) URL() string { return s.url }

// Counts returns the numbers now.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Counts{Requests: s.requests, Open: s.open, Connections: len(s.conns)}
}

// Close ends everything that hangs, closes all connections and waits until they
// are gone. It may be called again.
func (s *Server) Close() {
	s.once.Do(func() {
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		s.http.Close()
	})
	s.accept.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.conns) > 0 || s.open > 0 {
		s.changed.Wait()
	}
}

// ServeHTTP counts a request while the handler answers it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn := s.begin(r)
	defer s.end(conn)
	s.handler.ServeHTTP(w, r)
}

// connKey is the key of the connection in the context of a request.
type connKey struct{}

// begin returns the connection of a request; nil where it is closed by now.
func (s *Server) begin(r *http.Request) *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	s.open++
	conn, _ := r.Context().Value(connKey{}).(net.Conn)
	c := s.conns[conn]
	if c != nil {
		c.running++
		c.http2 = r.ProtoMajor == 2
	}
	return c
}

func (s *Server) end(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	if c != nil {
		c.running--
	}
	s.changed.Broadcast()
}

const (
	// flushTime is how long net/http may take to flush the last answer of an HTTP/2
	// connection after it has said that the connection is idle.
	flushTime = 50 * time.Millisecond
	// closeTime is how long a client may take to close an HTTP/2 connection that ends.
	closeTime = 5 * time.Second
)
