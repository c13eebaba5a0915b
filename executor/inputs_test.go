package executor

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClause10HistoryIsNotShared(t *testing.T) {
	history := make([]Message, 1, 8)
	history[0] = Message{Role: "user", Content: "hi"}
	var seen [2][]Message
	r, err := New(Config{History: history, Runner: runnerFunc(func(_ context.Context, a *Agent, _ string, h []Message) (*AgentResponse, error) {
		h = append(h, Message{Content: a.ID}) // races with the other agent if they share memory
		seen[a.ID[0]-'0'] = h
		return &AgentResponse{}, nil
	})})
	require.NoError(t, err)
	history[0].Content = "changed by the caller afterwards"
	_, err = r.ExecuteParallel(t.Context(), "q", withIDs("0", "1"))
	require.NoError(t, err)
	for i, h := range seen {
		require.Equal(t, []Message{{Role: "user", Content: "hi"}, {Content: fmt.Sprint(i)}}, h)
	}
}

func TestConfigNamesEveryFault(t *testing.T) {
	_, err := New(Config{AgentTimeout: -1, Limit: -2, Policy: "maybe"})
	for _, want := range []string{"Runner", "AgentTimeout: negative duration (got -1ns", "Limit: negative number (got -2", `"maybe"`} {
		require.ErrorContains(t, err, want)
	}
}
