// Package upstream is a server that misbehaves by a schedule: what a service under test
// talks to in place of the real one.
//
// It answers any path and any method, over HTTP/1.1 and unencrypted HTTP/2 (h2c):
//
//   - a chat completion (POST …/chat/completions) as mocks/openai does, whole or streamed;
//   - a unary call of gRPC (Content-Type application/grpc) with an empty message;
//   - any other request with a small JSON document, or with server-sent events where the
//     request asks for them: Accept: text/event-stream, or a JSON body with "stream": true.
//
// A fault that a request cannot have is played as the nearest one: a hang stays a hang, a
// drip stays a drip.
//
// A connection of HTTP/2 carries up to 250 requests at a time. A client therefore holds one
// descriptor for all of them, and the connection stays open as long as one of them hangs:
// CloseIdle cannot tell whether the client still needs it for others.
package upstream

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/internal/wirefault"
	"github.com/watertight-go/watertight/mocks/internal/wireserver"
)

const (
	// retryAfter is what status 429 asks for, and dripEvery the time between two pieces,
	// where the fault has no time of its own.
	retryAfter = time.Second
	dripEvery  = 10 * time.Millisecond
	// releaseTime is how long Release waits while no connection goes.
	releaseTime = 2 * time.Second
)

// Config says how a Server listens.
type Config struct {
	// Addr is where, as host:port. Empty: a free port of the loopback interface.
	Addr string
	// Log gets the complaints of net/http. Nil: they are discarded.
	Log io.Writer
}

// Server is a running upstream. Close it.
type Server struct {
	server *wireserver.Server

	mu       sync.Mutex
	schedule Schedule
	since    time.Time
	released chan struct{}
	faults   map[mocks.WireFault]int
}

// Counts are numbers of a Server.
type Counts struct {
	// Requests is how many requests came so far, Open how many are being handled.
	Requests, Open int
	// Connections is how many are open, idle ones included.
	Connections int
	// Faults is how many requests got each fault, by its name in the schedule. Those that
	// got a healthy answer are there, too.
	Faults map[mocks.WireFault]int
}

// New listens and is healthy until Play.
func New(c Config) (*Server, error) {
	s := &Server{released: make(chan struct{}), faults: map[mocks.WireFault]int{}}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	var err error
	s.server, err = wireserver.Listen(wireserver.Config{Addr: c.Addr, Handler: http.HandlerFunc(s.answer), Protocols: &protocols, Log: c.Log})
	if err != nil {
		return nil, fmt.Errorf("mocks/upstream: %w", err)
	}
	return s, nil
}

// URL is the base URL for a client, without a slash at the end.
func (s *Server) URL() string { return s.server.URL() }

// Play plays a schedule from now on. A request has the fault of the moment at which it
// came: one that hangs still does so in the next phase, and in the next schedule. A fault
// that Parse does not know is answered with status 501.
func (s *Server) Play(schedule Schedule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.schedule, s.since = slices.Clone(schedule), time.Now()
}

// CloseIdle closes the connections on which no request runs. One whose request has just
// been answered follows at once. One of HTTP/2 is ended within 50 ms, and closed when its
// client has noticed. A client that is about to send a request on one of them gets an
// error, or sends it again.
func (s *Server) CloseIdle() { s.server.CloseIdle() }

// Release makes the server healthy again and ends every request: with a healthy answer
// where no header was sent, else by breaking the answer off. It closes all connections
// that were open, and returns when they are gone. A client that does not end its request, or
// does not read its answer, is cut off once no other connection has gone for two seconds.
func (s *Server) Release() {
	s.mu.Lock()
	close(s.released)
	s.released, s.schedule = make(chan struct{}), nil
	s.mu.Unlock()
	s.server.CloseAll(releaseTime)
}

// Counts returns the numbers now.
func (s *Server) Counts() Counts {
	c := s.server.Counts()
	s.mu.Lock()
	defer s.mu.Unlock()
	return Counts{Requests: c.Requests, Open: c.Open, Connections: c.Connections, Faults: maps.Clone(s.faults)}
}

// Close breaks off everything that hangs, closes all connections and waits until they are
// gone. It may be called again.
func (s *Server) Close() { s.server.Close() }

// answer answers one request with the fault of the moment.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	fault, released := s.now()
	form := formOf(r)
	p := wirefault.Player{W: w, R: r, RetryAfter: retryAfter, Every: dripEvery, Released: released}
	p.Play(fitting(fault, form), form)
}

// now is the fault of a request that came, and what releases it.
func (s *Server) now() (wirefault.Fault, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fault := s.schedule.at(time.Since(s.since))
	s.faults[fault]++
	return split(fault), s.released
}

// split takes the fault's own time apart.
func split(f mocks.WireFault) wirefault.Fault {
	name, own, _ := strings.Cut(string(f), "@")
	d, _ := time.ParseDuration(own) // zero: none
	return wirefault.Fault{Name: mocks.WireFault(name), Time: d}
}
