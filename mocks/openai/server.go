// Package openai injects faults on the wire, below a real LLM client.
//
// Server is a loopback HTTP server that speaks as much of the Chat Completions
// API as a client needs, whole or streamed (text/event-stream), and that misbehaves
// on request. Runner is an executor.Streamer that uses the client
// github.com/openai/openai-go/v3. Neither reads the environment. Runner talks only to the base URL that it was given.
package openai

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/internal/chat"
	"github.com/watertight-go/watertight/mocks/internal/wirefault"
	"github.com/watertight-go/watertight/mocks/internal/wireserver"
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
	server *wireserver.Server
}

// Counts are numbers of a Server.
type Counts = wireserver.Counts

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
	s := &Server{config: config}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /chat/completions", s.complete)
	mux.HandleFunc("POST /v1/chat/completions", s.complete)
	var err error
	if s.server, err = wireserver.Listen(wireserver.Config{Handler: mux}); err != nil {
		return nil, fmt.Errorf("mocks/openai: %w", err)
	}
	return s, nil
}

// URL is the base URL for a client, without a slash at the end.
func (s *Server) URL() string { return s.server.URL() }

// Counts returns the numbers now.
func (s *Server) Counts() Counts { return s.server.Counts() }

// Close ends everything that hangs, closes all connections and waits until they
// are gone. It may be called again.
func (s *Server) Close() { s.server.Close() }

// complete handles one request. It reads the body to its end first: net/http
// notices only then that a client closes the connection.
func (s *Server) complete(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var req chat.Request
	if err == nil {
		req, err = chat.Read(body)
	}
	if err != nil {
		wirefault.Refuse(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	attempt, _ := strconv.Atoi(r.Header.Get("X-Stainless-Retry-Count")) // 0 for other clients
	fault, d, err := s.config.Choose(req.Model, attempt).Split()
	switch {
	case err != nil:
		wirefault.Refuse(w, http.StatusNotImplemented, "server_error", err.Error())
	case !req.Stream && slices.Contains(mocks.WireStreamFaults(), fault):
		wirefault.Refuse(w, http.StatusBadRequest, "invalid_request_error",
			fmt.Sprintf("fault %q: got a request for a whole answer, want one with stream: true", fault))
	default:
		p := wirefault.Player{W: w, R: r, RetryAfter: s.config.RetryAfter, Every: s.config.DripEvery}
		p.Play(wirefault.Fault{Name: fault, Time: d}, req.Form())
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
