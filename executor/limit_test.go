package executor

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClause8RespectsLimit(t *testing.T) {
	cfg := short
	cfg.Limit = 2
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		var now, most int
		var mu sync.Mutex
		counted := func(b behaviour) behaviour {
			return func(ctx context.Context, input string) (*AgentResponse, error) {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				defer func() { mu.Lock(); now--; mu.Unlock() }()
				return b(ctx, input)
			}
		}
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			agents[id] = counted(after(900*time.Millisecond, answer(id)))
		}
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("a", "b", "c", "d", "e"))
		require.NoError(t, err)
		require.Len(t, got, 5, "a queued agent's time starts when it starts")
		require.Equal(t, 2700*time.Millisecond, time.Since(start))
		require.Equal(t, 2, most)
	})
}

func TestClause8AbandonedCallFreesItsPlace(t *testing.T) {
	cfg := short
	cfg.Limit = 1
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["dead"], agents["well"] = ignoring(release), answer("fine")
		agents["slow"] = after(950*time.Millisecond, answer("cut short"))
		agents["dead2"], agents["dead3"] = ignoring(release), ignoring(release)
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("dead", "well", "slow"))
		require.NoError(t, err)
		require.Equal(t, "fine", got["well"].Content)
		require.Equal(t, "cut short", got["slow"].Content)
		require.Equal(t, 2050*time.Millisecond, time.Since(start))
		require.Equal(t, 1, r.Stats().Stuck)

		start = time.Now()
		_, err = r.ExecuteParallel(t.Context(), "q", withIDs("dead", "dead2", "dead3"))
		require.Error(t, err)
		require.Equal(t, 3100*time.Millisecond, time.Since(start), "AgentTimeout x 3 + Grace, not more")
	})
}

func TestClause8WaitingForAPlaceObeysCancellation(t *testing.T) {
	cfg := short
	cfg.Limit = 1
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["a"], agents["b"] = obeying, answer("never")
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Millisecond, cancel)
		start := time.Now()
		_, err := r.ExecuteParallel(ctx, "q", withIDs("a", "b"))
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, 10*time.Millisecond, time.Since(start))
	})
}
