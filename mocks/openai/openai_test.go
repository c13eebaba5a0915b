package openai_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
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

// setup checks at the end of the test that nothing is left of either side.
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

func call(ctx context.Context, runner *openai.Runner, fault openai.Fault) (*executor.AgentResponse, error) {
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
	want := map[openai.Fault]func(*testing.T, error){
		openai.OK:              nil,
		openai.SlowDrip:        nil,
		openai.TooManyRequests: status(http.StatusTooManyRequests),
		openai.ServerError:     status(http.StatusInternalServerError),
		openai.Reset: func(t *testing.T, err error) {
			require.True(t, errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF), err)
		},
		openai.TruncatedJSON: func(t *testing.T, err error) { require.ErrorContains(t, err, "unexpected EOF") },
		openai.WrongJSON:     func(t *testing.T, err error) { require.ErrorContains(t, err, "got no choices") },
	}
	for _, fault := range openai.Faults() {
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
			require.Equal(t, mocks.Content(string(fault)+":a", "in"), r.Content)
		})
	}
}

// blocked starts a call and returns once the server handles it.
func blocked(t *testing.T, ctx context.Context, server *openai.Server, runner *openai.Runner, fault openai.Fault) <-chan error {
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

var hangs = []openai.Fault{openai.HangBeforeHeaders, openai.HangInBody, openai.SlowDrip}

func TestHangsHonourTheContext(t *testing.T) {
	for _, fault := range hangs {
		t.Run(string(fault), func(t *testing.T) {
			server, runner := setup(t, openai.Config{DripEvery: time.Hour}, 2)
			ctx, cancel := context.WithCancel(t.Context())
			done := blocked(t, ctx, server, runner, fault)
			cancel()
			require.ErrorIs(t, <-done, context.Canceled)
			eventually(t, func() bool { return server.Counts().Open == 0 }) // it saw the client go
			require.Equal(t, 1, server.Counts().Requests, "a cancelled call is not tried again")

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
			_, err := call(t.Context(), runner, openai.OK)
			require.Error(t, err)
		})
	}
}

func TestRetries(t *testing.T) {
	for _, first := range []openai.Fault{openai.TooManyRequests, openai.Reset} {
		t.Run(string(first), func(t *testing.T) {
			var calls atomic.Int64
			server, runner := setup(t, openai.Config{RetryAfter: 10 * time.Millisecond, Choose: func(string) openai.Fault {
				if calls.Add(1) == 1 {
					return first
				}
				return openai.OK
			}}, 1)
			_, err := call(t.Context(), runner, openai.OK)
			require.NoError(t, err)
			require.Equal(t, 2, server.Counts().Requests)
		})
	}
}

// The pause that a server asks for must not outlast the caller's context.
func TestRetryAfterHonoursTheContext(t *testing.T) {
	server, runner := setup(t, openai.Config{RetryAfter: 90 * time.Second}, 3)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := call(ctx, runner, openai.TooManyRequests)
		done <- err
	}()
	eventually(t, func() bool { return server.Counts().Requests == 1 && server.Counts().Open == 0 })
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.Equal(t, 1, server.Counts().Requests)
}

func TestToolsAndHistory(t *testing.T) {
	server, runner := setup(t, openai.Config{}, 0)
	agent := &executor.Agent{ID: "a", Name: "Agent A", Tools: []executor.Tool{{Name: "look"}, {Name: "act"}}}
	history := []executor.Message{{Role: "system", Content: "s"}, {Role: "developer", Content: "d"}, {Role: "user", Content: "u"}, {Role: "assistant", Content: "b"}}
	r, err := runner.ExecuteAgent(t.Context(), agent, "in", history)
	require.NoError(t, err)
	require.Equal(t, &executor.AgentResponse{AgentID: "a", AgentName: "Agent A", Content: mocks.Content("a", "in"),
		ToolCalls: []executor.ToolCall{{ID: "call-1", Name: "look", Args: "in"}, {ID: "call-2", Name: "act", Args: "in"}}}, r)

	_, err = runner.ExecuteAgent(t.Context(), agent, "in", []executor.Message{{Role: "user", Content: "u"}, {Role: "tool", Content: "x"}})
	require.ErrorContains(t, err, `history[1]: got role "tool"`)
	require.Equal(t, 1, server.Counts().Requests)
}

// What goes over the wire, read by a server that is not ours.
func TestRequestOnTheWire(t *testing.T) {
	var body map[string]any
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		json.NewDecoder(r.Body).Decode(&body)
		http.Error(w, "{}", http.StatusTeapot)
	}))
	defer foreign.Close()
	t.Setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
	runner, err := openai.NewRunner(openai.RunnerConfig{BaseURL: foreign.URL,
		Model: func(a *executor.Agent) string { return "model of " + a.ID }})
	require.NoError(t, err)
	defer runner.Close()
	_, err = runner.ExecuteAgent(t.Context(), &executor.Agent{ID: "a"}, "in", []executor.Message{{Role: "assistant", Content: "before"}})
	require.Error(t, err)
	require.Equal(t, map[string]any{"model": "model of a", "messages": []any{
		map[string]any{"role": "assistant", "content": "before"}, map[string]any{"role": "user", "content": "in"}}}, body)
}

func TestConcurrentRequests(t *testing.T) {
	server, runner := setup(t, openai.Config{DripEvery: time.Microsecond}, 0)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var answered atomic.Int64
	for range 20 {
		for _, fault := range openai.Faults() {
			wg.Go(func() {
				if r, err := call(ctx, runner, fault); err == nil && strings.HasPrefix(r.Content, "answer from "+string(fault)) {
					answered.Add(1)
				}
			})
		}
	}
	eventually(t, func() bool { return server.Counts().Open == 40 && answered.Load() == 40 })
	cancel()
	wg.Wait()
	require.EqualValues(t, 40, answered.Load())
}

func TestRunnerCloseDropsIdleConnections(t *testing.T) {
	server, runner := setup(t, openai.Config{}, 0)
	_, err := call(t.Context(), runner, openai.OK)
	require.NoError(t, err)
	require.Equal(t, 1, server.Counts().Connections)
	runner.Close()
	eventually(t, func() bool { return server.Counts().Connections == 0 })
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
	require.Equal(t, openai.Reset, openai.ByModel("reset"))
	require.Equal(t, openai.Reset, openai.ByModel("reset:second agent"))
	require.Equal(t, openai.OK, openai.ByModel("resets"))
	require.Equal(t, openai.OK, openai.ByModel(""))
}
