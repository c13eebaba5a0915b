package main

import (
	"context"
	"net/http"
	"time"
)

// ticker starts a goroutine with a ticker for each request. It never ends.
type ticker struct {
	upstream string
	client   *http.Client
}

func newTicker(upstream string) http.Handler { return &ticker{upstream, newClient()} }

func (t *ticker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	go t.refresh() // leak: ticker
	reply(w, ask(ctx, t.client, t.upstream))
}

func (t *ticker) refresh() {
	every := time.NewTicker(time.Second)
	for range every.C {
	}
}
