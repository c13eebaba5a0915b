package executor

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	errBoom = errors.New("boom")
	errBang = errors.New("bang")
)

// partly runs f with three agents: "ok" answers, "boom" fails first and "bang" later.
func partly(t *testing.T, policy Policy, f func(t *testing.T, r *Reference, agents fake, release chan struct{})) {
	cfg := short
	cfg.Policy = policy
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["ok"] = answer("fine")
		agents["bang"] = after(20*time.Millisecond, failing(errBang))
		agents["boom"] = after(10*time.Millisecond, failing(errBoom))
		f(t, r, agents, release)
	})
}

func TestClause3BestEffortKeepsTheResults(t *testing.T) {
	partly(t, BestEffort, func(t *testing.T, r *Reference, _ fake, _ chan struct{}) {
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("bang", "boom", "ok"))
		require.NoError(t, err)
		require.Len(t, got, 1)
	})
}

func TestClause3AllFailuresStartWithTheFirstInTime(t *testing.T) {
	partly(t, BestEffort, func(t *testing.T, r *Reference, _ fake, _ chan struct{}) {
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("bang", "boom"))
		require.Nil(t, got)
		require.EqualError(t, err, "agent boom failed: boom (and 1 more)")
		require.ErrorIs(t, err, errBoom)
		require.ErrorIs(t, err, errBang)
		var first *AgentError
		require.ErrorAs(t, err, &first)
		require.Equal(t, "boom", first.AgentID)
		require.NotErrorIs(t, err, context.Canceled)
	})
}

func TestClause3FailFastCancelsTheOthersAtOnce(t *testing.T) {
	partly(t, FailFast, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["waits"] = obeying
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("waits", "bang", "boom", "ok"))
		require.Equal(t, 10*time.Millisecond, time.Since(start))
		require.Nil(t, got)
		require.True(t, strings.HasPrefix(err.Error(), "agent boom failed: boom"), err)
	})
}

func TestClause3CollectErrorsReturnsBoth(t *testing.T) {
	partly(t, CollectErrors, func(t *testing.T, r *Reference, _ fake, _ chan struct{}) {
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("ok", "bang", "boom"))
		require.Len(t, got, 1)
		require.ErrorIs(t, err, errBoom)
		require.ErrorIs(t, err, errBang)
	})
}

func TestClause3CancelledCallerGetsTheResultsSoFar(t *testing.T) {
	partly(t, BestEffort, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["waits"] = obeying
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		got, err := r.ExecuteParallel(ctx, "q", withIDs("ok", "waits"))
		require.NoError(t, err)
		require.Len(t, got, 1)
	})
}

func TestClause3TheCallersCauseIsFound(t *testing.T) {
	partly(t, BestEffort, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["dead"] = ignoring(release)
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errBoom)
		_, err := r.ExecuteParallel(ctx, "q", withIDs("dead"))
		require.ErrorIs(t, err, errBoom)
		require.ErrorIs(t, err, context.Canceled)
	})
}

// The agent does not return the context's error, but the call's error has it.
func TestClause3TheEndOfTheTimeIsFound(t *testing.T) {
	partly(t, BestEffort, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["hides"] = func(ctx context.Context, _ string) (*AgentResponse, error) {
			<-ctx.Done()
			return nil, errBoom
		}
		_, err := r.ExecuteParallel(t.Context(), "q", withIDs("hides"))
		require.ErrorIs(t, err, errBoom)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestClause3NoAgents(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, _ fake, _ chan struct{}) {
		got, err := r.ExecuteParallel(t.Context(), "q", nil)
		require.NoError(t, err)
		require.NotNil(t, got)
		require.Empty(t, got)
	})
}
