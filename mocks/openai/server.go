// Package openai injects faults on the wire, below a real LLM client.
//
// Server is a loopback HTTP server that speaks as much of the Chat Completions
// API as a client needs, whole or streamed (text/event-stream), and that misbehaves
// on request. Runner is an executor.Streamer that uses the client
// github.com/openai/openai-go/v3. Neither reads the environment. Runner talks only to the base URL that it was given.
package openai

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/mocks"
)

// ByModel reads the fault from the model's name. "reset" is a fault, and so is
// "reset:" with any text behind it, so that several agents can have the same
// fault. Several faults, comma separated, are for the attempts of one call. The
// last one is for all further attempts. Any other name is mocks.WireOK.
func ByModel(model string, attempt int) mocks.WireFault {
	names, _, _ := strings.Cut(model, ":")
	list := strings.Split(names, ",")
	f := mocks.WireFault(list[min(max(attempt, 0), len(list)-1)])
	if _, _, err := f.Split(); err != nil {
		return mocks.WireOK
	}
	return f
}

// Config says how a Server behaves. The zero Config is useful.
type Config struct {
	// Choose returns the fault for a request. It gets the model's name and the
	// number of the attempt, from 0, as the client states it. It must be safe for
	// concurrent calls. Nil means ByModel.
	Choose func(model string, attempt int) mocks.WireFault
	// RetryAfter is what a 429 asks for if the fault has no time of its own. Zero
	// means one second.
	RetryAfter time.Duration
	// DripEvery is the time between two pieces if the fault has no time of its
	// own. Zero means 10 ms.
	DripEvery time.Duration
}

// Server is a running server. Close it.
type Server struct {
	config Config
	http   *http.Server
	url    string
	// closing is closed before the connections are.
	closing chan struct{}
	once    sync.Once
	// running counts the accept loop, the connections and the handlers. Whoever
	// adds one is counted itself, so Close may wait at any time.
	running               sync.WaitGroup
	requests, open, conns atomic.Int64
}

// Counts are numbers of a Server.
type Counts struct {
	// Requests is how many requests came so far, Open how many are being handled.
	Requests, Open int
	// Connections is how many are open, idle ones included.
	Connections int
}

// NewServer listens on a free loopback port and serves until Close.
func NewServer(config Config) (*Server, error) {
	if config.Choose == nil {
		config.Choose = ByModel
	}
	if config.RetryAfter <= 0 {
		config.RetryAfter = time.Second
	}
	if config.DripEvery <= 0 {
		config.DripEvery = 10 * time.Millisecond
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("mocks/openai: listen: %w", err)
	}
	s := &Server{config: config, url: "http://" + listener.Addr().String(), closing: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /chat/completions", s.complete)
	mux.HandleFunc("POST /v1/chat/completions", s.complete)
	s.http = &http.Server{Handler: mux, ConnState: s.connState}
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		s.http.Serve(listener)
	}()
	return s, nil
}

// URL is the base URL for a client, without a slash at the end.
func (s *Server) URL() string { return s.url }

// Counts returns the numbers now.
func (s *Server) Counts() Counts {
	return Counts{Requests: int(s.requests.Load()), Open: int(s.open.Load()), Connections: int(s.conns.Load())}
}

// Close ends everything that hangs, closes all connections and waits until they
// are gone. It may be called again.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.closing)
		s.http.Close()
	})
	s.running.Wait()
}

// connState counts connections. The handler closes a hijacked connection itself.
// A connection that was accepted while Close closed the others is closed here.
func (s *Server) connState(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.running.Add(1)
		s.conns.Add(1)
		select {
		case <-s.closing:
			conn.Close()
		default:
		}
	case http.StateClosed, http.StateHijacked:
		s.conns.Add(-1)
		s.running.Done()
	}
}

// Serve starts a Server with the zero Config, for scenariotest.OverWire.
func Serve() (url string, stop func(), err error) {
	s, err := NewServer(Config{})
	if err != nil {
		return "", nil, err
	}
	return s.URL(), s.Close, nil
}
