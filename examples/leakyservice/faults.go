package main

import (
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// blockedSend gives up on a slow computation, whose goroutine then waits for ever for a
// receiver: a fault for each request.
func (s *service) blockedSend(w http.ResponseWriter, r *http.Request) {
	result := make(chan string)
	go func() {
		job(r.Context(), 50*time.Millisecond)
		result <- "late"
	}()
	select {
	case text := <-result:
		_, _ = io.WriteString(w, text)
	case <-time.After(10 * time.Millisecond):
		w.WriteHeader(http.StatusGatewayTimeout)
	}
}

// oneInFifty forgets to end a goroutine for each fiftieth request.
func (s *service) oneInFifty(http.ResponseWriter, *http.Request) {
	done := make(chan struct{})
	go waitFor(done)
	if s.calls.Add(1)%50 != 0 {
		close(done)
	}
}

func waitFor(done chan struct{}) { <-done }

// hangingUpstream asks a server that never answers, without a timeout.
func (s *service) hangingUpstream(http.ResponseWriter, *http.Request) {
	go s.ask("http://" + s.hanging.Addr().String())
}

func (s *service) ask(url string) {
	if response, err := s.client.Get(url); err == nil {
		_ = response.Body.Close()
	}
}

// sessions are kept for ever: a map that grows.
type sessions struct {
	mu  sync.Mutex
	all map[int][]byte
}

func (s *sessions) add() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[len(s.all)] = make([]byte, 16<<10)
}

func (s *service) session(http.ResponseWriter, *http.Request) { s.sessions.add() }

// openFile opens a file and does not close it.
func (s *service) openFile(http.ResponseWriter, *http.Request) {
	f, err := os.Open(s.file)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, f) // otherwise the garbage collector would close it
}
