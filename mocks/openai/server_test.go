package openai_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
)

func TestRetries(t *testing.T) {
	for _, first := range []mocks.WireFault{mocks.WireTooManyRequests, mocks.WireReset} {
		t.Run(string(first), func(t *testing.T) {
			var calls atomic.Int64
			server, runner := setup(t, openai.Config{RetryAfter: 10 * time.Millisecond, Choose: func(string, int) mocks.WireFault {
				if calls.Add(1) == 1 {
					return first
				}
				return mocks.WireOK
			}}, 1)
			_, err := call(t.Context(), runner, mocks.WireOK)
			require.NoError(t, err)
			require.Equal(t, 2, server.Counts().Requests)
		})
	}
}

// The pause that a server asks for ends with the caller's context.
func TestRetryAfterHonoursTheContext(t *testing.T) {
	server, runner := setup(t, openai.Config{RetryAfter: 90 * time.Second}, 3)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := call(ctx, runner, mocks.WireTooManyRequests)
		done <- err
	}()
	eventually(t, func() bool { return server.Counts().Requests == 1 && server.Counts().Open == 0 })
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.Equal(t, 1, server.Counts().Requests)
}

func TestBadRequestsAndConfigs(t *testing.T) {
	server, _ := setup(t, openai.Config{}, 0)
	resp, err := http.Post(server.URL()+"/chat/completions", "application/json", strings.NewReader("{"))
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
	http.DefaultClient.CloseIdleConnections()

	_, err = openai.NewRunner(openai.RunnerConfig{})
	require.ErrorContains(t, err, "got no BaseURL")
	_, err = openai.NewRunner(openai.RunnerConfig{BaseURL: "http://127.0.0.1", MaxRetries: -1})
	require.ErrorContains(t, err, "got -1")
}

func TestByModel(t *testing.T) {
	for _, tt := range []struct {
		model   string
		attempt int
		want    mocks.WireFault
	}{
		{"reset", 0, mocks.WireReset},
		{"reset:second agent", 0, mocks.WireReset},
		{"reset,ok:a", 0, mocks.WireReset},
		{"reset,ok:a", 1, mocks.WireOK},
		{"reset,ok:a", 7, mocks.WireOK},
		{"slow-drip@5ms:a", -1, mocks.WireSlowDrip.For(5 * time.Millisecond)},
		{"resets", 0, mocks.WireOK},
		{"", 0, mocks.WireOK},
	} {
		require.Equal(t, tt.want, openai.ByModel(tt.model, tt.attempt), "%+v", tt)
	}
}
