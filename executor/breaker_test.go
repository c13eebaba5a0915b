package executor

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClause6StuckCallThatReturnsClosesTheBreaker(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 2, time.Hour
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		become := mutable(agents, "dead", ignoring(release))
		for range 2 {
			_, _ = r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		}
		_, err := r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		require.ErrorIs(t, err, ErrAgentStuck)
		become(answer("well again"))
		close(release)
		synctest.Wait()
		require.Equal(t, Stats{}, r.Stats(), "nothing is kept of an agent without stuck calls")
		_, err = r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		require.NoError(t, err)
	})
}

func TestClause6OneOfManyStuckCallsReturning(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 1, time.Hour
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		one := make(chan struct{})
		become := mutable(agents, "dead", ignoring(one))
		go func() { _, _ = r.ExecuteParallel(t.Context(), "q", withIDs("dead")) }()
		synctest.Wait()
		become(ignoring(release))
		_, _ = r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		synctest.Wait()
		require.Equal(t, 2, r.Stats().Stuck)
		close(one)
		synctest.Wait()
		for range 3 { // one more is stuck in place of the one that returned
			_, _ = r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		}
		require.Equal(t, 2, r.Stats().Stuck)
	})
}

func TestClause6EarlyCancelOpensNoBreaker(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 1, time.Hour
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["slow"] = ignoring(release)
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			_, err := r.ExecuteParallel(ctx, "q", withIDs("slow"))
			cancel()
			require.ErrorIs(t, err, ErrAbandoned)
			require.NotErrorIs(t, err, ErrAgentStuck)
		}
		require.Equal(t, 5, r.Stats().Abandoned)
		require.Zero(t, r.Stats().Stuck, "none has outlived its own AgentTimeout + Grace")
		time.Sleep(2 * time.Second)
		require.Equal(t, 5, r.Stats().Stuck)
		_, err := r.ExecuteParallel(t.Context(), "q", withIDs("slow"))
		require.ErrorIs(t, err, ErrAgentStuck)
	})
}

func TestClause6FailedTrialKeepsTheBreakerOpen(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 1, time.Second
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		become := mutable(agents, "dead", ignoring(release))
		_, _ = r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		boom := errors.New("boom")
		become(failing(boom))
		time.Sleep(time.Second)
		_, err := r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		require.ErrorIs(t, err, boom, "the trial")
		_, err = r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		require.ErrorIs(t, err, ErrAgentStuck)
	})
}

// Trials that return in time do not make the backoff longer, be they successful or
// not. Each trial that does not return doubles it.
func TestClause6TotalForgetsCallsThatReturned(t *testing.T) {
	cfg := short
	cfg.MaxStuckTotal, cfg.Backoff = 1, time.Second
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["well"], agents["fails"] = answer("fine"), failing(errors.New("boom"))
		for _, id := range []string{"first", "0", "1", "2"} {
			agents[id] = ignoring(release)
		}
		hang := func(id string) {
			_, err := r.ExecuteParallel(t.Context(), "q", withIDs(id))
			require.ErrorIs(t, err, ErrAbandoned)
		}
		hang("first")
		time.Sleep(time.Second)
		for range 70 {
			_, err := r.ExecuteParallel(t.Context(), "q", withIDs("well"))
			require.NoError(t, err)
			_, err = r.ExecuteParallel(t.Context(), "q", withIDs("fails"))
			require.NotErrorIs(t, err, ErrAgentStuck)
		}
		for i := range 3 {
			wait := 2 * time.Second << i
			began := time.Now()
			hang(fmt.Sprint(i))
			time.Sleep(wait - time.Since(began) - time.Nanosecond)
			_, err := r.ExecuteParallel(t.Context(), "q", withIDs("well"))
			require.ErrorIs(t, err, ErrAgentStuck)
			time.Sleep(time.Nanosecond)
			_, err = r.ExecuteParallel(t.Context(), "q", withIDs("well"))
			require.NoError(t, err)
		}
	})
}

func TestClause6BackoffGrowsForAFlakyAgent(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 1, time.Second
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		var calls atomic.Int64
		agents["flaky"] = func(ctx context.Context, in string) (*AgentResponse, error) {
			if calls.Add(1)%2 == 1 {
				return ignoring(release)(ctx, in)
			}
			return &AgentResponse{}, nil
		}
		start := time.Now()
		for time.Since(start) < time.Hour {
			_, _ = r.ExecuteParallel(t.Context(), "q", withIDs("flaky"))
			time.Sleep(time.Second)
		}
		require.Less(t, r.Stats().Stuck, 40, "of 3,600 calls")
	})
}
