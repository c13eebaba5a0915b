package executor

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClause4RunningAgentsHaveADoneContext(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		seen := make(chan context.Context, 1)
		agents["dead"] = func(ctx context.Context, _ string) (*AgentResponse, error) {
			seen <- ctx
			<-release
			return nil, nil
		}
		_, err := r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		require.Error(t, err)
		require.ErrorIs(t, (<-seen).Err(), context.DeadlineExceeded)
	})
}

func TestClause4NothingStartsAfterCancellation(t *testing.T) {
	for _, limit := range []int{0, 1} {
		cfg := short
		cfg.Limit = limit
		inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
			agents["a"] = func(context.Context, string) (*AgentResponse, error) { panic("must not be called") }
			agents["b"] = agents["a"]
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := r.ExecuteParallel(ctx, "q", withIDs("a", "b"))
			require.ErrorIs(t, err, ErrNotStarted)
			require.ErrorIs(t, err, context.Canceled)
			var caught *PanicError
			require.False(t, errors.As(err, &caught), "an agent was called after cancellation")
		})
	}
}
