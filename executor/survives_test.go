package executor

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClause7Survives(t *testing.T) {
	boom := errors.New("boom")
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["panics"] = func(context.Context, string) (*AgentResponse, error) { panic(boom) }
		agents["exits"] = func(context.Context, string) (*AgentResponse, error) { runtime.Goexit(); return nil, nil }
		agents["nil"] = failing(nil)
		agents["well"] = answer("fine")
		out := r.Run(t.Context(), "q", slices.Concat(withIDs("panics", "exits", "nil", "well", "well", ""), []*Agent{nil}))
		want := []error{boom, ErrGoexit, ErrNilResponse, nil, ErrDuplicateID, ErrEmptyID, ErrNilAgent}
		for i, w := range want {
			require.ErrorIs(t, out.Results[i].Err, w, "agent %d", i)
		}
		require.Equal(t, "fine", out.Results[3].Response.Content)
		var caught *PanicError
		var noContext context.Context
		require.ErrorAs(t, out.Err, &caught)
		require.Contains(t, string(caught.Stack), "TestClause7Survives")
		require.ErrorIs(t, r.Run(noContext, "q", nil).Err, errNilContext)
	})
}

// An agent panics in a deferred function during a Goexit. Recovering the panic does
// not stop the Goexit.
func TestClause7PanicDuringGoexit(t *testing.T) {
	for _, limit := range []int{0, 1} {
		cfg := short
		cfg.Limit, cfg.MaxStuck = limit, 1
		inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
			agents["a"] = func(context.Context, string) (*AgentResponse, error) {
				defer panic("on the way out")
				runtime.Goexit()
				return nil, nil
			}
			for range 3 {
				began := time.Now()
				_, err := r.ExecuteParallel(t.Context(), "q", withIDs("a"))
				var caught *PanicError
				require.ErrorAs(t, err, &caught)
				require.Equal(t, "on the way out", caught.Value)
				require.Zero(t, time.Since(began), "the call returns when the agent has")
				require.Zero(t, r.Stats().Stuck)
			}
		})
	}
}

// With this setting recover returns nil for a panic with nil.
func TestClause7NilPanic(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
	cfg := short
	cfg.MaxInFlight = 5
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		var none any
		agents["a"] = func(context.Context, string) (*AgentResponse, error) { panic(none) }
		_, err := r.ExecuteParallel(t.Context(), "q", withIDs("a"))
		require.ErrorIs(t, err, ErrGoexit)
		synctest.Wait()
		require.Equal(t, Stats{}, r.Stats(), "the call is uncounted exactly once")
	})
}

func TestClause7DuplicatesAmongMany(t *testing.T) {
	agents := fake{}
	var ids []string
	for i := range 40 {
		id := fmt.Sprint(i % 30)
		ids = append(ids, id)
		agents[id] = answer(id)
	}
	agents["3"] = failing(errors.New("boom"))
	r, err := New(Config{Runner: agents})
	require.NoError(t, err)
	got, err := r.ExecuteParallel(t.Context(), "q", withIDs(ids...))
	require.NoError(t, err)
	require.Len(t, got, 29)
	for id, response := range got {
		require.Equal(t, id, response.Content)
	}
}
