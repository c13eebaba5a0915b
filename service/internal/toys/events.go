package main

import (
	"fmt"
	"net/http"
	"time"
)

// events sends events and ignores that its client has left.
type events struct{}

func newEvents(string) http.Handler { return events{} }

func (events) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for i := 0; ; i++ {
		fmt.Fprintf(w, "data: %d\n\n", i)
		_ = http.NewResponseController(w).Flush()
		time.Sleep(50 * time.Millisecond) // leak: sse
	}
}
