package executor

import (
	"context"
	"errors"
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
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		var called atomic.Int64
		become := mutable(agents, "dead", func(ctx context.Context, in string) (*AgentResponse, error) {
			called.Add(1)
			return ignoring(valve)(ctx, in)
		})
		start := time.Now()
		for time.Since(start) < 24*time.Hour {
			_, err := r.ExecuteParallel(t.Context(), "q", crew("dead"))
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
			got, err := r.ExecuteParallel(t.Context(), "q", crew("dead"))
			require.NoError(t, err)
			require.Equal(t, "well again", got["dead"].Content)
		}
	})
}

func TestClause6ConcurrentCallsStayWithinTheBound(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 2, time.Minute
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		agents["dead"] = ignoring(valve)
		const requests = 100
		for range requests {
			go func() { _, _ = r.ExecuteParallel(t.Context(), "q", crew("dead")) }()
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		inFlight := int((cfg.AgentTimeout + cfg.Grace) / (10 * time.Millisecond))
		require.LessOrEqual(t, r.Stats().Stuck, r.cfg.StuckBound(inFlight, 0))
		_, err := r.ExecuteParallel(t.Context(), "q", crew("dead"))
		require.ErrorIs(t, err, ErrAgentStuck)
	})
}

func TestClause6StuckCallThatReturnsOpensTheWay(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 2, time.Hour
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		become := mutable(agents, "dead", ignoring(valve))
		for range 2 {
			_, _ = r.ExecuteParallel(t.Context(), "q", crew("dead"))
		}
		_, err := r.ExecuteParallel(t.Context(), "q", crew("dead"))
		require.ErrorIs(t, err, ErrAgentStuck)
		become(answer("well again"))
		close(valve)
		synctest.Wait()
		require.Equal(t, Stats{}, r.Stats(), "nothing is kept of an agent without stuck calls")
		_, err = r.ExecuteParallel(t.Context(), "q", crew("dead"))
		require.NoError(t, err)
	})
}

func TestClause6OneOfManyStuckCallsReturning(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 1, time.Hour
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		one := make(chan struct{})
		become := mutable(agents, "dead", ignoring(one))
		go func() { _, _ = r.ExecuteParallel(t.Context(), "q", crew("dead")) }()
		synctest.Wait()
		become(ignoring(valve))
		_, _ = r.ExecuteParallel(t.Context(), "q", crew("dead"))
		synctest.Wait()
		require.Equal(t, 2, r.Stats().Stuck)
		close(one)
		synctest.Wait()
		for range 3 { // one comes in for the one that went
			_, _ = r.ExecuteParallel(t.Context(), "q", crew("dead"))
		}
		require.Equal(t, 2, r.Stats().Stuck)
	})
}

func TestClause6EarlyCancelShutsNobodyOut(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 1, time.Hour
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		agents["slow"] = ignoring(valve)
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			_, err := r.ExecuteParallel(ctx, "q", crew("slow"))
			cancel()
			require.ErrorIs(t, err, ErrAbandoned)
			require.NotErrorIs(t, err, ErrAgentStuck)
		}
		require.Equal(t, 5, r.Stats().Abandoned)
		require.Zero(t, r.Stats().Stuck, "none has outlived its own AgentTimeout + Grace")
		time.Sleep(2 * time.Second)
		require.Equal(t, 5, r.Stats().Stuck)
		_, err := r.ExecuteParallel(t.Context(), "q", crew("slow"))
		require.ErrorIs(t, err, ErrAgentStuck)
	})
}

func TestClause6FailingTrialKeepsTheWayShut(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 1, time.Second
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		become := mutable(agents, "dead", ignoring(valve))
		_, _ = r.ExecuteParallel(t.Context(), "q", crew("dead"))
		boom := errors.New("boom")
		become(failing(boom))
		time.Sleep(time.Second)
		_, err := r.ExecuteParallel(t.Context(), "q", crew("dead"))
		require.ErrorIs(t, err, boom, "the trial")
		_, err = r.ExecuteParallel(t.Context(), "q", crew("dead"))
		require.ErrorIs(t, err, ErrAgentStuck)
	})
}

func TestClause6TotalBoundsEverNewIDs(t *testing.T) {
	cfg := short
	cfg.MaxStuckTotal, cfg.Backoff = 10, time.Second
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		start := time.Now()
		agents["well"] = answer("fine")
		for i := range 1000 {
			agents[fmt.Sprint(i)] = ignoring(valve)
		}
		for i := range 1000 {
			id := fmt.Sprint(i)
			_, err := r.ExecuteParallel(t.Context(), "q", crew(id))
			require.Error(t, err)
			time.Sleep(time.Second)
		}
		trials := int(math.Log2(1 + time.Since(start).Seconds()))
		require.LessOrEqual(t, r.Stats().Stuck, 10+1+trials)
		time.Sleep(time.Hour)
		for range 3 {
			_, err := r.ExecuteParallel(t.Context(), "q", crew("well"))
			require.NoError(t, err, "one at a time, healthy agents go on")
		}
	})
}

// What comes back in time makes nobody wait longer, however often and however it
// ends; what does not makes all wait twice as long as the one before it.
func TestClause6TotalForgetsWhatCameBack(t *testing.T) {
	cfg := short
	cfg.MaxStuckTotal, cfg.Backoff = 1, time.Second
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		agents["well"], agents["fails"] = answer("fine"), failing(errors.New("boom"))
		for _, id := range []string{"first", "0", "1", "2"} {
			agents[id] = ignoring(valve)
		}
		hang := func(id string) {
			_, err := r.ExecuteParallel(t.Context(), "q", crew(id))
			require.ErrorIs(t, err, ErrAbandoned)
		}
		hang("first")
		time.Sleep(time.Second)
		for range 70 {
			_, err := r.ExecuteParallel(t.Context(), "q", crew("well"))
			require.NoError(t, err)
			_, err = r.ExecuteParallel(t.Context(), "q", crew("fails"))
			require.NotErrorIs(t, err, ErrAgentStuck)
		}
		for i := range 3 {
			wait := 2 * time.Second << i
			began := time.Now()
			hang(fmt.Sprint(i))
			time.Sleep(wait - time.Since(began) - time.Nanosecond)
			_, err := r.ExecuteParallel(t.Context(), "q", crew("well"))
			require.ErrorIs(t, err, ErrAgentStuck)
			time.Sleep(time.Nanosecond)
			_, err = r.ExecuteParallel(t.Context(), "q", crew("well"))
			require.NoError(t, err)
		}
	})
}

func TestClause6MaxInFlightIsStrict(t *testing.T) {
	cfg := short
	cfg.MaxInFlight = 7
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		var now, most atomic.Int64
		agents["dead"] = func(ctx context.Context, in string) (*AgentResponse, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer now.Add(-1)
			return ignoring(valve)(ctx, in)
		}
		for range 20 {
			go func() { _, _ = r.ExecuteParallel(t.Context(), "q", crew("dead")) }()
		}
		time.Sleep(time.Hour)
		_, err := r.ExecuteParallel(t.Context(), "q", crew("dead"))
		require.ErrorIs(t, err, ErrTooManyInFlight)
		require.EqualValues(t, 7, most.Load())
		require.Equal(t, 7, r.Stats().InFlight)
		close(valve)
		synctest.Wait()
		require.Zero(t, r.Stats().InFlight)
	})
}

func TestClause6FlakyAgentIsShutOutForEverLonger(t *testing.T) {
	cfg := short
	cfg.MaxStuck, cfg.Backoff = 1, time.Second
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		var calls atomic.Int64
		agents["flaky"] = func(ctx context.Context, in string) (*AgentResponse, error) {
			if calls.Add(1)%2 == 1 {
				return ignoring(valve)(ctx, in)
			}
			return &AgentResponse{}, nil
		}
		start := time.Now()
		for time.Since(start) < time.Hour {
			_, _ = r.ExecuteParallel(t.Context(), "q", crew("flaky"))
			time.Sleep(time.Second)
		}
		require.Less(t, r.Stats().Stuck, 40, "of 3,600 calls")
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
