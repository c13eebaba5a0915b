package main

import (
	"net/http"
	"time"
)

// slow answers long polls after 3 s, whether its client still waits or not. No goroutine is
// left after that.
type slow struct{}

func newSlow(string) http.Handler { return slow{} }

func (slow) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	time.Sleep(3 * time.Second)
	reply(w, nil)
}
