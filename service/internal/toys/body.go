package main

import (
	"context"
	"net/http"
)

// body never closes the body of an answer: its connection, with two goroutines, stays for
// ever.
type body struct {
	upstream string
	client   *http.Client
}

func newBody(upstream string) http.Handler {
	c := newClient()
	c.Transport.(*http.Transport).ResponseHeaderTimeout = patience
	return &body{upstream, c}
}

func (b *body) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, b.upstream, nil)
	if err != nil {
		reply(w, err)
		return
	}
	_, err = b.client.Do(request) // leak: body
	reply(w, err)
}
