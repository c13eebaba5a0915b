package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The agents answer, and end with the request. In between, the upstream hangs until they
// hang up.
func TestAgentsEndWithTheirRequest(t *testing.T) {
	ended := make(chan struct{}, 5)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hangs" {
			_, _ = io.Copy(io.Discard, r.Body) // until then, the server does not see that the client has gone
			<-r.Context().Done()
			ended <- struct{}{}
		}
		_, _ = w.Write([]byte("hello"))
	}))
	defer upstream.Close()
	for _, c := range []struct {
		path string
		code int
		text string
	}{{"", http.StatusOK, ": 5 bytes\n"}, {"/hangs", http.StatusBadGateway, "deadline exceeded"}} {
		s, err := build(upstream.URL + c.path)
		require.NoError(t, err)
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/ask", nil))
		require.Equal(t, c.code, w.Code, c.path)
		require.Contains(t, w.Body.String(), c.text)
	}
	for range 5 {
		<-ended
	}
	s, err := build(upstream.URL)
	require.NoError(t, err)
	gone, leave := context.WithCancel(t.Context())
	leave()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(gone, http.MethodGet, "/ask", nil))
	require.Equal(t, http.StatusBadGateway, w.Code)
	require.Zero(t, strings.Count(w.Body.String(), "bytes"))
}
