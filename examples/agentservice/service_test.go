package agentservice

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServeRefuses(t *testing.T) {
	build := func(string) (Service, error) { return Service{}, nil }
	require.ErrorContains(t, serve("127.0.0.1:0", "", build), `upstream: got "", want its address`)
	require.ErrorContains(t, serve("nowhere", "http://127.0.0.1:1", build), "missing port")
}

func TestHealthNeedsNoUpstream(t *testing.T) {
	w := httptest.NewRecorder()
	Service{}.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	require.Equal(t, "ok\n", w.Body.String())
}
