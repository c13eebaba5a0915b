package executor

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// A handler that streams to a client that disconnects leaves nothing behind.
func TestStreamToClientThatLeaves(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	agents := talkers{"talks": says(1 << 40)}
	agents["hangs"] = agents.then(1, obey)
	r, err := New(Config{Runner: agents})
	require.NoError(t, err)
	done := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		for e, err := range r.Stream(req.Context(), "q", withIDs("talks", "hangs")) {
			if err != nil {
				break
			}
			if _, err := fmt.Fprintf(w, "data: %s\n\n", e.Delta); err != nil {
				break
			}
			_ = http.NewResponseController(w).Flush()
		}
		done <- context.Cause(req.Context())
	}))
	defer server.Close()
	client := server.Client()
	defer client.CloseIdleConnections()
	response, err := client.Get(server.URL)
	require.NoError(t, err)
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "data: 0\n", line)
	require.NoError(t, response.Body.Close())
	require.ErrorIs(t, <-done, context.Canceled)
	require.Equal(t, Stats{}, r.Stats())
}
