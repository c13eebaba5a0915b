package main

import (
	"context"
	"net/http"
	"time"
)

// warmUp is a pool whose workers are started one after another, and then no more.
func (s *service) warmUp(ctx context.Context, workers int) {
	work := make(chan func())
	for range workers {
		go worker(ctx, work)
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return
		}
	}
}

func worker(ctx context.Context, work <-chan func()) {
	for {
		select {
		case f := <-work:
			f()
		case <-ctx.Done():
			return
		}
	}
}

// cron starts many jobs from time to time, which end.
func (s *service) cron(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			for range 30 {
				go job(ctx, 2*time.Second)
			}
		case <-ctx.Done():
			return
		}
	}
}

func job(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// longPoll answers after a while.
func (s *service) longPoll(_ http.ResponseWriter, r *http.Request) { job(r.Context(), 3*time.Second) }

// burst starts jobs that end soon.
func (s *service) burst(http.ResponseWriter, *http.Request) {
	for range 5 {
		go job(context.Background(), 500*time.Millisecond)
	}
	// Garbage, as every service makes: the heap profile follows the collections.
	s.mu.Lock()
	defer s.mu.Unlock()
	s.garbage = make([]byte, 4<<20)
}
