// Package openai injects faults on the wire, below a real LLM client.
//
// Server is a loopback HTTP server that speaks as much of the Chat Completions
// API as a client needs, and misbehaves on request. Runner is an
// executor.Runner on the client github.com/openai/openai-go/v3. Neither reads
// the environment or talks to anything but the base URL that it was given.
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

// ByModel reads the fault from the model's name: "reset", or "reset:" and
// anything, so that several agents can share a fault. Several faults, comma
// separated, are for the attempts of one call, the last one for all that follow.
// Any other name is mocks.WireOK.
func ByModel(model string, attempt int) mocks.WireFault {
	names, _, _ := strings.Cut(model, ":")
	list := strings.Split(names, ",")
	f := mocks.WireFault(list[min(max(attempt, 0), len(list)-1)])
	if _, _, err := f.Split(); err != nil {
		return mocks.WireOK
	}
	return f
}

// Config is how a Server behaves. The zero Config is useful.
type Config struct {
	// Choose gives the fault for a request from its model's name and the number
	// of the attempt, from 0, that the client says it is. It is called from many
	// goroutines at once. Nil means ByModel.
	Choose func(model string, attempt int) mocks.WireFault
	// RetryAfter is what a 429 asks for where the fault has no time of its own.
	// Zero means one second.
	RetryAfter time.Duration
	// DripEvery is the time between two pieces where the fault has no time of
	// its own. Zero means 10 ms.
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
	// running are the accept loop, the connections and the handlers. Each is
	// counted by one that is counted already, so Close may wait at any time.
	running               sync.WaitGroup
	requests, open, conns atomic.Int64
}

// Counts are numbers of a Server.
type Counts struct {
	// Requests is how many came in all, Open how many are being handled.
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

// URL is the base URL for a client, without a slash at its end.
func (s *Server) URL() string { return s.url }

// Counts returns the numbers now.
func (s *Server) Counts() Counts {
	return Counts{Requests: int(s.requests.Load()), Open: int(s.open.Load()), Connections: int(s.conns.Load())}
}

// Close ends what hangs, cuts all connections and waits until they are gone.
// It may be called again.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.closing)
		s.http.Close()
	})
	s.running.Wait()
}

// connState counts connections. A hijacked one is closed by its handler. One
// that was accepted while Close went through the others is closed here.
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
