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
			_, err := call(t.Context(), runner, mocks.WireOK)
			require.Error(t, err)
		})
	}
}

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

// The pause that a server asks for must not outlast the caller's context.
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

func TestRunnerCloseDropsIdleConnections(t *testing.T) {
	server, runner := setup(t, openai.Config{}, 0)
	_, err := call(t.Context(), runner, mocks.WireOK)
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

// A body that nobody reads or closes, and one that was: the account tells them
// apart, and an idle connection from both.
func TestUseTellsIdleFromLeaked(t *testing.T) {
	server, runner := setup(t, openai.Config{}, 2)
	_, err := call(t.Context(), runner, mocks.WireOK)
	require.NoError(t, err)
	use := runner.Use()
	require.Equal(t, mocks.WireUse{Requests: 1, Dialed: 1, Open: 1}, use, "one idle connection")

	ctx, cancel := context.WithCancel(t.Context())
	done := blocked(t, ctx, server, runner, mocks.WireHangInBody)
	eventually(t, func() bool { return runner.Use().Bodies == 1 })
	require.Equal(t, mocks.WireUse{Requests: 2, Dialed: 1, Open: 1, InUse: 1, Bodies: 1}, runner.Use(), "the idle connection was used again")
	cancel()
	require.Error(t, <-done)
	eventually(t, func() bool { return runner.Use().Open == 0 })
	require.Zero(t, runner.Use().InUse)

	// The attempts of one call: the server's 429 is obeyed, then it answers.
	r, err := runner.Runner("too-many-requests@10ms,too-many-requests@10ms,ok:x").ExecuteAgent(t.Context(), &executor.Agent{ID: "x"}, "in", nil)
	require.NoError(t, err)
	require.Equal(t, mocks.Content("x", "in"), r.Content)
	require.Equal(t, 5, runner.Use().Requests)
}

// The faults's books hold each attempt, and a release ends what hangs.
func TestOnWireInACrew(t *testing.T) {
	_, runner := setup(t, openai.Config{}, 2)
	faults := mocks.NewFaultRunner(mocks.RecordAll)
	agents := map[string]*executor.Agent{}
	for id, f := range map[string]mocks.Fault{
		"retried": mocks.OnWire(mocks.WireTooManyRequests.For(time.Millisecond), mocks.WireOK),
		"failed":  mocks.OnWire(mocks.WireTruncatedJSON),
		"hangs":   mocks.OnWireIgnoring(mocks.WireHangInBody),
	} {
		agents[id] = &executor.Agent{ID: id}
		faults.Add(agents[id], f)
	}
	_, err := faults.ExecuteAgent(t.Context(), agents["failed"], "in", nil)
	require.ErrorContains(t, err, "FaultRunner.Connect")
	faults.Connect(runner)

	r, err := faults.ExecuteAgent(t.Context(), agents["retried"], "in", nil)
	require.NoError(t, err)
	require.Equal(t, mocks.Content("retried", "in"), r.Content)
	_, err = faults.ExecuteAgent(t.Context(), agents["failed"], "in", nil)
	require.ErrorIs(t, err, mocks.AgentFault{AgentID: "failed", Request: "in"})

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = faults.ExecuteAgent(gone, agents["retried"], "gone", nil)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, mocks.ErrFault, "the context's end is not the agent's fault")

	done := make(chan error, 1)
	go func() {
		_, err := faults.ExecuteAgent(gone, agents["hangs"], "in", nil)
		done <- err
	}()
	eventually(t, func() bool { return runner.Use().Bodies == 1 })
	faults.Release()
	require.NoError(t, <-done)
	attempts := map[string]int{}
	for _, run := range faults.Runs("in") {
		require.True(t, run.Ended)
		attempts[run.Agent.ID] += len(run.Attempts)
	}
	require.Equal(t, map[string]int{"retried": 2, "failed": 1, "hangs": 1}, attempts)
}
