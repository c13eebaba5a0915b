package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
)

// fifty forgets a goroutine for one request in fifty: a fix that is not quite one.
type fifty struct {
	upstream string
	client   *http.Client
	mu       sync.Mutex
	forgets  func() bool
}

// newFifty counts.
func newFifty(upstream string) http.Handler {
	requests := 0
	return &fifty{upstream: upstream, client: newClient(), forgets: func() bool { requests++; return requests%50 == 0 }}
}

// newFiftyByChance throws dice, the same in each run.
func newFiftyByChance(upstream string) http.Handler {
	dice := rand.New(rand.NewPCG(1, 2))
	return &fifty{upstream: upstream, client: newClient(), forgets: func() bool { return dice.IntN(50) == 0 }}
}

func (f *fifty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	done := make(chan struct{})
	go wait(done) // leak: fifty
	err := ask(ctx, f.client, f.upstream)
	if !f.forgotten() {
		close(done)
	}
	reply(w, err)
}

func wait(done chan struct{}) { <-done }

func (f *fifty) forgotten() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.forgets()
}
