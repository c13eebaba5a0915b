package wireserver

import (
	"net"
	"net/http"
	"slices"
	"time"
)

// connection is an open connection.
type connection struct {
	net.Conn
	state http.ConnState
	// running is how many requests are being handled: of HTTP/1.1 one at most.
	running int
	http2   bool
	// leaving: it is closed as soon as it is idle.
	leaving bool
	// gone is closed when the connection is.
	gone chan struct{}
}

// connState follows a connection. The handler closes a hijacked connection itself.
func (s *Server) connState(conn net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.conns[conn] = &connection{Conn: conn, state: state, gone: make(chan struct{})}
		if s.closed { // accepted while Close closed the others
			conn.Close()
		}
	case http.StateClosed, http.StateHijacked:
		close(s.conns[conn].gone)
		delete(s.conns, conn)
		s.changed.Broadcast()
	default:
		c := s.conns[conn]
		c.state = state
		if c.leaving {
			s.leave(c)
		}
	}
}

// leave closes a connection without a request now, and any other as soon as it is idle.
func (s *Server) leave(c *connection) {
	c.leaving = true
	switch {
	case c.running > 0 || c.state == http.StateActive:
	case c.http2:
		time.AfterFunc(flushTime, func() { s.endIfIdle(c) })
	default:
		c.Close()
	}
}

// endIfIdle ends a connection of HTTP/2 unless another request came. It closes its own side
// alone, so that a client that still reads answers, and acknowledges them meanwhile, gets
// them all. A client that then does not close the other side is cut off.
func (s *Server) endIfIdle(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.running > 0 || c.state != http.StateIdle {
		return
	}
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	time.AfterFunc(closeTime, func() { c.Close() })
}

// CloseIdle closes the connections on which no request runs. One whose request has just
// been answered follows as soon as the answer has left.
func (s *Server) CloseIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		if c.running == 0 {
			s.leave(c)
		}
	}
}

// CloseAll closes all connections that are open now, each as soon as it is idle, and
// returns when they are gone. Once none of them has gone for that time, it closes the rest
// whatever runs on them.
func (s *Server) CloseAll(patience time.Duration) {
	left := s.leaveAll()
	for len(left) > 0 {
		select {
		case <-left[0].gone:
			left = left[1:]
		case <-time.After(patience):
			before := len(left)
			if left = stillOpen(left); len(left) == before {
				cut(left)
				return
			}
		}
	}
}

func (s *Server) leaveAll() (all []*connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		s.leave(c)
		all = append(all, c)
	}
	return all
}

func stillOpen(all []*connection) []*connection {
	return slices.DeleteFunc(all, func(c *connection) bool {
		select {
		case <-c.gone:
			return true
		default:
			return false
		}
	})
}

// cut closes connections and waits until they are gone.
func cut(all []*connection) {
	for _, c := range all {
		c.Close()
	}
	for _, c := range all {
		<-c.gone
	}
}
