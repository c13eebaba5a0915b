package executor

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

type handler = func(ctx context.Context, args string) (string, error)

// toolAgent returns an agent with the named tools. Its response asks for each of calls.
func toolAgent(agents fake, tools map[string]handler, calls ...string) []*Agent {
	a := &Agent{ID: "a"}
	for name, h := range tools {
		a.Tools = append(a.Tools, Tool{Name: name, Handler: h})
	}
	response := &AgentResponse{Content: "asked"}
	for _, name := range calls {
		response.ToolCalls = append(response.ToolCalls, ToolCall{ID: "id-" + name, Name: name, Args: name})
	}
	agents["a"] = func(context.Context, string) (*AgentResponse, error) { return response, nil }
	return []*Agent{a}
}

func TestClause9ToolsRunInOrderAndKeepTheirFailures(t *testing.T) {
	boom := errors.New("boom")
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		var order []string
		noted := func(h handler) handler {
			return func(ctx context.Context, args string) (string, error) {
				order = append(order, args)
				return h(ctx, args)
			}
		}
		list := toolAgent(agents, map[string]handler{
			"ok":     noted(func(context.Context, string) (string, error) { return "done", nil }),
			"fails":  noted(func(context.Context, string) (string, error) { return "", boom }),
			"panics": noted(func(context.Context, string) (string, error) { panic(boom) }),
			"exits":  noted(func(context.Context, string) (string, error) { runtime.Goexit(); return "", nil }),
		}, "fails", "panics", "exits", "missing", "ok")
		got, err := r.ExecuteParallel(t.Context(), "q", list)
		require.NoError(t, err)
		require.Equal(t, []string{"fails", "panics", "exits", "ok"}, order)
		results := got["a"].ToolResults
		for i, want := range []error{boom, boom, ErrGoexit, ErrUnknownTool, nil} {
			require.ErrorIs(t, results[i].Err, want)
		}
		require.Equal(t, ToolResult{CallID: "id-ok", Name: "ok", Content: "done"}, results[4])
	})
}

func TestClause9ToolTimeoutCostsOnlyItsOwnResult(t *testing.T) {
	cfg := short
	cfg.ToolTimeout = 200 * time.Millisecond
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		list := toolAgent(agents, map[string]handler{
			"obeys":   func(ctx context.Context, _ string) (string, error) { <-ctx.Done(); return "", ctx.Err() },
			"ignores": func(context.Context, string) (string, error) { <-release; return "too late", nil },
			"ok":      func(context.Context, string) (string, error) { return "done", nil },
		}, "obeys", "ignores", "ok")
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", list)
		require.NoError(t, err)
		require.Equal(t, 450*time.Millisecond, time.Since(start))
		results := got["a"].ToolResults
		require.ErrorIs(t, results[0].Err, context.DeadlineExceeded)
		require.ErrorIs(t, results[1].Err, ErrAbandoned)
		require.NoError(t, results[2].Err)
		require.Equal(t, "ignores", r.Stats().Agents[0].Tool)
		close(release)
		synctest.Wait()
		require.Empty(t, results[1].Content, "a late tool never touches the result")
		require.Zero(t, r.Stats().Abandoned)
	})
}

func TestClause9AgentTimeoutCoversTheTools(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		list := toolAgent(agents, map[string]handler{
			"ignores": func(context.Context, string) (string, error) { <-release; return "too late", nil },
			"after":   func(context.Context, string) (string, error) { panic("must not be called") },
		}, "ignores", "after")
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", list)
		require.NoError(t, err)
		require.Equal(t, 1050*time.Millisecond, time.Since(start))
		require.Equal(t, "asked", got["a"].Content, "the agent's answer is kept")
		require.ErrorIs(t, got["a"].ToolResults[0].Err, ErrAbandoned)
		require.ErrorIs(t, got["a"].ToolResults[1].Err, ErrNotStarted)
	})
}

func TestClause9StuckToolIsBounded(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.ToolTimeout, cfg.Backoff = 2, 10*time.Millisecond, time.Hour
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		list := toolAgent(agents, map[string]handler{
			"ignores": func(context.Context, string) (string, error) { <-release; return "", nil },
		}, "ignores")
		for range 20 {
			got, err := r.ExecuteParallel(t.Context(), "q", list)
			require.NoError(t, err)
			require.Error(t, got["a"].ToolResults[0].Err)
		}
		require.Equal(t, 2, r.Stats().Stuck)
	})
}

func TestClause9SharedResponseIsNotWritten(t *testing.T) {
	agents := fake{}
	list := toolAgent(agents, map[string]handler{
		"ok": func(context.Context, string) (string, error) { return "done", nil },
	}, "ok")
	shared, _ := agents["a"](t.Context(), "")
	agents["b"] = agents["a"]
	list = append(list, &Agent{ID: "b", Tools: list[0].Tools})
	r, err := New(Config{Runner: agents})
	require.NoError(t, err)
	got, err := r.ExecuteParallel(t.Context(), "q", list)
	require.NoError(t, err)
	require.Empty(t, shared.ToolResults)
	require.Len(t, got["a"].ToolResults, 1)
}
