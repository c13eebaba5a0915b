package executor

import (
	"context"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClause1ReturnsAtTimeoutPlusGraceWhenAgentsIgnoreTheirContext(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["dead"], agents["well"] = ignoring(release), answer("fine")
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("dead", "well"))
		require.Equal(t, 1100*time.Millisecond, time.Since(start))
		require.NoError(t, err)
		require.Equal(t, "fine", got["well"].Content)
		require.Len(t, got, 1)
	})
}

func TestClause1ReturnsAtCancelPlusGrace(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["dead"] = ignoring(release)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := r.ExecuteParallel(ctx, "q", withIDs("dead"))
		require.Equal(t, 400*time.Millisecond, time.Since(start))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, ErrAbandoned)
	})
}

func TestClause1ReturnsAtOnceWhenAllAgentsHave(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["a"], agents["b"] = after(30*time.Millisecond, answer("a")), obeying
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("a", "b"))
		require.Equal(t, time.Second, time.Since(start), "b obeys its context, so Grace is not needed")
		require.NoError(t, err)
		require.Len(t, got, 1)
	})
}

// The longest durations mean no limit, and do not overflow.
func TestLongestDurations(t *testing.T) {
	for _, limit := range []int{0, 2} {
		cfg := Config{AgentTimeout: math.MaxInt64, Grace: math.MaxInt64, ToolTimeout: math.MaxInt64, Backoff: math.MaxInt64, Limit: limit}
		inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
			var now, most atomic.Int64
			for _, id := range []string{"a", "b", "c", "d"} {
				agents[id] = func(context.Context, string) (*AgentResponse, error) {
					most.Store(max(most.Load(), now.Add(1)))
					defer now.Add(-1)
					time.Sleep(time.Hour)
					return &AgentResponse{}, nil
				}
			}
			out := r.Run(t.Context(), "q", withIDs("a", "b", "c", "d"))
			require.NoError(t, out.Err)
			if limit > 0 {
				require.EqualValues(t, limit, most.Load())
			}
		})
	}
}
