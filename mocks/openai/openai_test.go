package openai_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	client "github.com/openai/openai-go/v3"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// setup checks at the end of the test that server and client leave nothing behind.
func setup(t *testing.T, config openai.Config, retries int) (*openai.Server, *openai.Runner) {
	t.Helper()
	server, err := openai.NewServer(config)
	require.NoError(t, err)
	runner, err := openai.NewRunner(openai.RunnerConfig{BaseURL: server.URL() + "/v1", MaxRetries: retries})
	require.NoError(t, err)
	t.Cleanup(func() {
		runner.Close()
		server.Close()
		server.Close()
		require.Zero(t, server.Counts().Open)
		require.Zero(t, server.Counts().Connections)
		goleak.VerifyNone(t)
	})
	return server, runner
}

func call(ctx context.Context, runner *openai.Runner, fault mocks.WireFault) (*executor.AgentResponse, error) {
	return runner.ExecuteAgent(ctx, &executor.Agent{ID: string(fault) + ":a"}, "in", nil)
}

func TestFaultsThroughTheClient(t *testing.T) {
	status := func(code int) func(*testing.T, error) {
		return func(t *testing.T, err error) {
			var api *client.Error
			require.ErrorAs(t, err, &api)
			require.Equal(t, code, api.StatusCode)
		}
	}
	want := map[mocks.WireFault]func(*testing.T, error){
		mocks.WireOK:              nil,
		mocks.WireSlowDrip:        nil,
		mocks.WireTooManyRequests: status(http.StatusTooManyRequests),
		mocks.WireServerError:     status(http.StatusInternalServerError),
		mocks.WireReset: func(t *testing.T, err error) {
			require.True(t, errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF), err)
		},
		mocks.WireTruncatedJSON: func(t *testing.T, err error) { require.ErrorContains(t, err, "unexpected EOF") },
		mocks.WireWrongJSON:     func(t *testing.T, err error) { require.ErrorContains(t, err, "got no choices") },
	}
	for _, fault := range mocks.WireFaults() {
		check, ends := want[fault]
		if !ends {
			continue // TestHangsHonourTheContext
		}
		t.Run(string(fault), func(t *testing.T) {
			server, runner := setup(t, openai.Config{}, 0)
			r, err := call(t.Context(), runner, fault)
			require.Equal(t, 1, server.Counts().Requests)
			if check != nil {
				require.Nil(t, r)
				require.ErrorContains(t, err, string(fault)+":a")
				check(t, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, mocks.Content("a", "in"), r.Content)
		})
	}
}

// blocked starts a call and returns once the server handles it.
func blocked(t *testing.T, ctx context.Context, server *openai.Server, runner *openai.Runner, fault mocks.WireFault) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := call(ctx, runner, fault)
		done <- err
	}()
	eventually(t, func() bool { return server.Counts().Open == 1 })
	return done
}

func eventually(t *testing.T, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		require.True(t, time.Now().Before(deadline))
	}
}

var hangs = []mocks.WireFault{mocks.WireHangBeforeHeaders, mocks.WireHangInBody, mocks.WireSlowDrip, mocks.WireWhiteSpace}

func TestHangsHonourTheContext(t *testing.T) {
	for _, fault := range hangs {
		t.Run(string(fault), func(t *testing.T) {
			server, runner := setup(t, openai.Config{DripEvery: time.Hour}, 2)
			ctx, cancel := context.WithCancel(t.Context())
			done := blocked(t, ctx, server, runner, fault)
			cancel()
			require.ErrorIs(t, <-done, context.Canceled)
			eventually(t, func() bool { return server.Counts().Open == 0 }) // the server noticed that the client is gone
			require.Equal(t, 1, server.Counts().Requests, "a cancelled call is not retried")

			ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			_, err := call(ctx, runner, fault)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
}

func TestCloseReleasesHangs(t *testing.T) {
	for _, fault := range hangs {
		t.Run(string(fault), func(t *testing.T) {
			server, runner := setup(t, openai.Config{DripEvery: time.Hour}, 0)
			done := blocked(t, t.Context(), server, runner, fault)
			server.Close()
			require.Error(t, <-done)
			_, err := call(t.Context(), runner, mocks.WireOK)
			require.Error(t, err)
		})
	}
}

func TestConcurrentRequests(t *testing.T) {
	server, runner := setup(t, openai.Config{DripEvery: time.Millisecond}, 0)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var answered atomic.Int64
	for range 20 {
		for _, fault := range mocks.WireFaults() {
			wg.Go(func() {
				if r, err := call(ctx, runner, fault); err == nil && strings.HasPrefix(r.Content, "answer from a") {
					answered.Add(1)
				}
			})
		}
	}
	eventually(t, func() bool { return server.Counts().Open == 60 && answered.Load() == 40 })
	cancel()
	wg.Wait()
	require.EqualValues(t, 40, answered.Load())
}
