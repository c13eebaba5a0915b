package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The agents ask on, though the client has gone.
func TestAgentsOutliveTheirRequest(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }))
	defer upstream.Close()
	s, err := build(upstream.URL)
	require.NoError(t, err)
	gone, leave := context.WithCancel(t.Context())
	leave()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(gone, http.MethodGet, "/ask", nil))
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, 5, strings.Count(w.Body.String(), ": 5 bytes\n"), w.Body)
}
