package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// healthy has what looks like a leak while it warms up, and is none: a pool of workers that
// grows, a cache that fills, buffers, connections that are kept, a goroutine that never ends.
type healthy struct {
	upstream string
	client   *http.Client
	pool     pool
	cache    *cache
	buffers  sync.Pool
	requests atomic.Int64
	hour     atomic.Int64
}

func newHealthy(upstream string) http.Handler {
	h := &healthy{upstream: upstream, client: newClient(), pool: pool{most: 64}, cache: newCache(1000)}
	h.buffers.New = func() any { return new(bytes.Buffer) }
	go h.cron()
	return h
}

func (h *healthy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		h.events(w, r)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	b := h.buffers.Get().(*bytes.Buffer)
	defer h.buffers.Put(b)
	b.Reset()
	fmt.Fprintf(b, "request %d", h.requests.Add(1))
	h.cache.put(b.String(), make([]byte, 4<<10))
	reply(w, h.pool.do(ctx, func() error { return ask(ctx, h.client, h.upstream) }))
}

// events ends when its client has left.
func (h *healthy) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	every := time.NewTicker(50 * time.Millisecond)
	defer every.Stop()
	for {
		fmt.Fprint(w, "data: tick\n\n")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-every.C:
		case <-r.Context().Done():
			return
		}
	}
}

// cron works from time to time, for as long as the process lives.
func (h *healthy) cron() {
	for now := range time.Tick(time.Second) {
		h.hour.Store(int64(now.Hour()))
	}
}
