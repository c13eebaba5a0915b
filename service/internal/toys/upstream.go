package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// patience is how long the toys wait for their upstream.
const patience = 500 * time.Millisecond

// newClient keeps connections, as most services do.
func newClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost, t.IdleConnTimeout = 100, 100, 90*time.Second
	return &http.Client{Transport: t}
}

// ask is a call that is in order: it ends with the context, and closes the body.
func ask(ctx context.Context, c *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := c.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("upstream: got status %s", response.Status)
	}
	return nil
}

// reply answers with ok, or with what the upstream did.
func reply(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprintln(w, "ok")
}
