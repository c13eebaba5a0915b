package executor

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClause6StuckCallsGrowWithTheLogarithm(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 3, time.Second
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		var called atomic.Int64
		become := mutable(agents, "dead", func(ctx context.Context, in string) (*AgentResponse, error) {
			called.Add(1)
			return ignoring(release)(ctx, in)
		})
		start := time.Now()
		for time.Since(start) < 24*time.Hour {
			_, err := r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
			require.Error(t, err)
			time.Sleep(10 * time.Second)
		}
		bound := r.cfg.StuckBound(0, 24*time.Hour)
		stats := r.Stats()
		require.LessOrEqual(t, stats.Stuck, bound)
		require.Equal(t, int(called.Load()), stats.Stuck)
		require.Greater(t, stats.Stuck, 3+8, "trials must be made, or a recovered agent is never found")
		require.True(t, stats.Agents[0].ShutOut)

		become(answer("well again"))
		time.Sleep(time.Until(stats.Agents[0].NextTrial))
		for range 5 {
			got, err := r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
			require.NoError(t, err)
			require.Equal(t, "well again", got["dead"].Content)
		}
	})
}

func TestClause6ConcurrentCallsStayWithinTheBound(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 2, time.Minute
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["dead"] = ignoring(release)
		const requests = 100
		for range requests {
			go func() { _, _ = r.ExecuteParallel(t.Context(), "q", withIDs("dead")) }()
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		inFlight := int((cfg.AgentTimeout + cfg.Grace) / (10 * time.Millisecond))
		require.LessOrEqual(t, r.Stats().Stuck, r.cfg.StuckBound(inFlight, 0))
		_, err := r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		require.ErrorIs(t, err, ErrAgentStuck)
	})
}

func TestClause6TotalBoundsNewIDs(t *testing.T) {
	cfg := short
	cfg.MaxStuckTotal, cfg.Backoff = 10, time.Second
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		start := time.Now()
		agents["well"] = answer("fine")
		for i := range 1000 {
			agents[fmt.Sprint(i)] = ignoring(release)
		}
		for i := range 1000 {
			id := fmt.Sprint(i)
			_, err := r.ExecuteParallel(t.Context(), "q", withIDs(id))
			require.Error(t, err)
			time.Sleep(time.Second)
		}
		trials := int(math.Log2(1 + time.Since(start).Seconds()))
		require.LessOrEqual(t, r.Stats().Stuck, 10+1+trials)
		time.Sleep(time.Hour)
		for range 3 {
			_, err := r.ExecuteParallel(t.Context(), "q", withIDs("well"))
			require.NoError(t, err, "one at a time, healthy agents go on")
		}
	})
}

func TestClause6MaxInFlightIsStrict(t *testing.T) {
	cfg := short
	cfg.MaxInFlight = 7
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		var now, most atomic.Int64
		agents["dead"] = func(ctx context.Context, in string) (*AgentResponse, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer now.Add(-1)
			return ignoring(release)(ctx, in)
		}
		for range 20 {
			go func() { _, _ = r.ExecuteParallel(t.Context(), "q", withIDs("dead")) }()
		}
		time.Sleep(time.Hour)
		_, err := r.ExecuteParallel(t.Context(), "q", withIDs("dead"))
		require.ErrorIs(t, err, ErrTooManyInFlight)
		require.EqualValues(t, 7, most.Load())
		require.Equal(t, 7, r.Stats().InFlight)
		close(release)
		synctest.Wait()
		require.Zero(t, r.Stats().InFlight)
	})
}

func TestStuckBound(t *testing.T) {
	cfg := Config{MaxStuck: 8, Backoff: time.Second}
	require.Equal(t, 9, cfg.StuckBound(0, 0))
	require.Equal(t, 8+3+1+16, cfg.StuckBound(3, 24*time.Hour))
	require.Equal(t, math.MaxInt, Config{MaxStuck: math.MaxInt, Backoff: time.Second}.StuckBound(3, time.Hour))
	cfg.MaxInFlight = 5
	require.Equal(t, 5, cfg.StuckBound(3, 24*time.Hour))
}
