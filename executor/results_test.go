package executor

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClause2KeepsWhatFinishesWithinGrace(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["slow"] = func(ctx context.Context, _ string) (*AgentResponse, error) {
			<-ctx.Done()
			time.Sleep(50 * time.Millisecond)
			return &AgentResponse{Content: "just in time"}, nil
		}
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("slow"))
		require.NoError(t, err)
		require.Equal(t, "just in time", got["slow"].Content)
	})
}

func TestClause2LateFinisherNeverTouchesTheResult(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["late"], agents["well"] = ignoring(release), answer("fine")
		got, err := r.ExecuteParallel(t.Context(), "q", withIDs("late", "well"))
		require.NoError(t, err)
		out := r.Run(t.Context(), "q", withIDs("late", "well"))
		close(release)
		synctest.Wait()
		require.Len(t, got, 1, "the late response must not appear in the map")
		require.NotContains(t, got, "late")
		require.Nil(t, out.Results[0].Response)
		require.ErrorIs(t, out.Results[0].Err, ErrAbandoned)
		require.Zero(t, r.Stats().Abandoned, "both came back")
	})
}

// Agents finish at the moment when the call gives up on them. The race detector and
// the counts show whether a result is lost.
func TestClause2FinishingRacesWithTheSeal(t *testing.T) {
	var finished, inMap atomic.Int64
	for range 200 {
		agents := fake{}
		var ids []string
		ctx, cancel := context.WithCancel(t.Context())
		for i := range 8 {
			id := fmt.Sprint(i)
			ids = append(ids, id)
			agents[id] = func(ctx context.Context, _ string) (*AgentResponse, error) {
				<-ctx.Done()
				for range i * 50 {
					runtime.Gosched()
				}
				finished.Add(1)
				return &AgentResponse{Content: id}, nil
			}
		}
		r, err := New(Config{Runner: agents, Grace: time.Microsecond})
		require.NoError(t, err)
		go cancel()
		got, _ := r.ExecuteParallel(ctx, "q", withIDs(ids...))
		for id, response := range got {
			require.Equal(t, id, response.Content)
			inMap.Add(1)
		}
		for r.Stats().Abandoned > 0 {
			runtime.Gosched()
		}
	}
	require.LessOrEqual(t, inMap.Load(), finished.Load())
}
