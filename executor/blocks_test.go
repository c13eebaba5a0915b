package executor

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// many returns agents for several blocks. Number 70 is nil, and 90 has no ID.
// Number 130 has the ID of 3, which answers, and 140 has that of 49, which fails.
// Every 50th fails. Those of ignores do not return.
func many(agents fake, boom error, release chan struct{}, ignores ...int) []*Agent {
	list := make([]*Agent, 5*block/2)
	for i := range list {
		id := fmt.Sprint(i)
		list[i] = &Agent{ID: id}
		agents[id] = answer(id)
		if i%50 == 49 {
			agents[id] = failing(boom)
		}
	}
	for _, i := range ignores {
		agents[list[i].ID] = ignoring(release)
	}
	list[70], list[90].ID, list[130].ID, list[140].ID = nil, "", "3", "49"
	return list
}

func TestManyAgentsOfEveryKind(t *testing.T) {
	boom := errors.New("boom")
	for _, policy := range []Policy{BestEffort, CollectErrors} {
		for _, ignores := range [][]int{nil, {0}, {64, 65, 159}} {
			cfg := short
			cfg.Policy = policy
			inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
				list := many(agents, boom, release, ignores...)
				got, err := r.ExecuteParallel(t.Context(), "q", list)
				require.Len(t, got, len(list)-4-3-len(ignores), "all but the invalid, the failing and the hanging")
				for id, response := range got {
					require.NotNil(t, response, "agent %s", id)
					require.Equal(t, id, response.Content)
				}
				if policy == CollectErrors {
					for _, want := range []error{boom, ErrNilAgent, ErrEmptyID, ErrDuplicateID} {
						require.ErrorIs(t, err, want)
					}
					require.Equal(t, len(ignores) > 0, errors.Is(err, ErrAbandoned))
				}
			})
			inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
				list := many(agents, boom, release, ignores...)
				out := r.Run(t.Context(), "q", list)
				require.ErrorIs(t, out.Results[70].Err, ErrNilAgent)
				require.ErrorIs(t, out.Results[90].Err, ErrEmptyID)
				require.ErrorIs(t, out.Results[130].Err, ErrDuplicateID)
				require.ErrorIs(t, out.Results[140].Err, ErrDuplicateID)
				require.ErrorIs(t, out.Results[149].Err, boom)
				require.Equal(t, "3", out.Results[3].Response.Content, "the first agent with the ID keeps its result")
				for _, i := range ignores {
					require.ErrorIs(t, out.Results[i].Err, ErrAbandoned)
				}
			})
		}
	}
}

func TestFailFastCallsNoAgentIfOneOfManyIsInvalid(t *testing.T) {
	var called atomic.Int64
	r, err := New(Config{Policy: FailFast, Runner: runnerFunc(func(context.Context, *Agent, string, []Message) (*AgentResponse, error) {
		called.Add(1)
		return &AgentResponse{}, nil
	})})
	require.NoError(t, err)
	list := make([]*Agent, 3*block)
	for i := range list {
		list[i] = &Agent{ID: fmt.Sprint(i)}
	}
	list[len(list)-1] = list[0]
	_, err = r.ExecuteParallel(t.Context(), "q", list)
	require.ErrorIs(t, err, ErrDuplicateID)
	require.ErrorIs(t, err, ErrNotStarted)
	require.Zero(t, called.Load())
}

func TestFailFastReportsTheFailureThatCancelledTheOthers(t *testing.T) {
	boom := errors.New("boom")
	cfg := short
	cfg.Policy = FailFast
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, release chan struct{}) {
		agents["fails"], agents["hangs"] = after(10*time.Millisecond, failing(boom)), ignoring(release)
		out := r.Run(t.Context(), "q", withIDs("hangs", "fails"))
		require.ErrorIs(t, out.Results[0].Err, ErrAbandoned)
		require.ErrorIs(t, out.Results[0].Err, boom)
		require.ErrorIs(t, out.Results[0].Err, context.Canceled)
		require.NotErrorIs(t, out.Err, context.DeadlineExceeded)
	})
}

// Agents that return at the moment when the caller begins to wait must wake it.
// Otherwise the call would take AgentTimeout, a minute.
func TestManyCallsLoseNoWakeUp(t *testing.T) {
	r, err := New(Config{Runner: runnerFunc(func(_ context.Context, a *Agent, _ string, _ []Message) (*AgentResponse, error) {
		busy := time.Now() // about as long as the caller needs until it waits
		for time.Since(busy) < time.Duration(len(a.ID))*time.Microsecond {
		}
		return &AgentResponse{}, nil
	})})
	require.NoError(t, err)
	agents := withIDs("1", "22", "333", "4444", "55555")
	start := time.Now()
	for range 3000 {
		got, err := r.ExecuteParallel(t.Context(), "q", agents)
		require.NoError(t, err)
		require.Len(t, got, 5)
	}
	require.Less(t, time.Since(start), time.Minute)
}
