package main

import (
	"context"
	"net/http"
	"sync"
)

// sessions are 8 KiB for each request, and no session ever ends.
type sessions struct {
	upstream string
	client   *http.Client
	mu       sync.Mutex
	all      map[int][]byte
}

func newSessions(upstream string) http.Handler {
	return &sessions{upstream: upstream, client: newClient(), all: map[int][]byte{}}
}

func (s *sessions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	s.add()
	reply(w, ask(ctx, s.client, s.upstream))
}

func (s *sessions) add() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[len(s.all)] = make([]byte, 8<<10) // leak: map
}
