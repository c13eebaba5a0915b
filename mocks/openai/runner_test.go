package openai_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
)

func TestToolsAndHistory(t *testing.T) {
	server, runner := setup(t, openai.Config{}, 0)
	agent := &executor.Agent{ID: "a", Name: "Agent A", Tools: []executor.Tool{{Name: "search"}, {Name: "act"}}}
	history := []executor.Message{{Role: "system", Content: "s"}, {Role: "developer", Content: "d"}, {Role: "user", Content: "u"}, {Role: "assistant", Content: "b"}}
	r, err := runner.ExecuteAgent(t.Context(), agent, "in", history)
	require.NoError(t, err)
	require.Equal(t, &executor.AgentResponse{AgentID: "a", AgentName: "Agent A", Content: mocks.Content("a", "in"),
		ToolCalls: []executor.ToolCall{{ID: "call-1", Name: "search", Args: "in"}, {ID: "call-2", Name: "act", Args: "in"}}}, r)

	_, err = runner.ExecuteAgent(t.Context(), agent, "in", []executor.Message{{Role: "user", Content: "u"}, {Role: "tool", Content: "x"}})
	require.ErrorContains(t, err, `history[1]: got role "tool"`)
	require.Equal(t, 1, server.Counts().Requests)
}

// The request of the client, read by another server.
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

func TestRunnerCloseDropsIdleConnections(t *testing.T) {
	server, runner := setup(t, openai.Config{}, 0)
	_, err := call(t.Context(), runner, mocks.WireOK)
	require.NoError(t, err)
	require.Equal(t, 1, server.Counts().Connections)
	runner.Close()
	eventually(t, func() bool { return server.Counts().Connections == 0 })
}

// Use tells three connections apart: one with a body that nobody reads or closes,
// one whose body was read, and an idle one.
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

	// One call with three attempts: the client obeys two 429, then gets an answer.
	r, err := runner.Runner("too-many-requests@10ms,too-many-requests@10ms,ok:x").ExecuteAgent(t.Context(), &executor.Agent{ID: "x"}, "in", nil)
	require.NoError(t, err)
	require.Equal(t, mocks.Content("x", "in"), r.Content)
	require.Equal(t, 5, runner.Use().Requests)
}
