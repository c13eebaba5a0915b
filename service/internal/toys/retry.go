package main

import (
	"context"
	"net/http"
	"time"
)

// retry asks its upstream up to three times, with growing pauses, for as long as its client
// waits.
type retry struct {
	upstream string
	client   *http.Client
}

func newRetry(upstream string) http.Handler { return &retry{upstream, newClient()} }

func (t *retry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pause := 50 * time.Millisecond
	for try := 1; ; try++ {
		err := t.once(r.Context())
		if err == nil || try == 3 || !sleep(r.Context(), pause) {
			reply(w, err)
			return
		}
		pause *= 2
	}
}

func (t *retry) once(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return ask(ctx, t.client, t.upstream)
}

// sleep reports whether the time is over before the context.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
