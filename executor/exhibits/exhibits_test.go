package exhibits_test

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/mocks/mockrunner"
)

// The tests require the exhibits' weaknesses too: an exhibit without its weakness no
// longer shows the pattern that it is named after.

const exhibitTimeout = time.Minute

var (
	exhibitHistory = []executor.Message{{Role: "user", Content: "before"}}
	errExhibit     = errors.New("no quota")
)

// exhibit is one executor under test with its mock, inside a synctest bubble.
// The bubble fails the test if a goroutine is still there at its end.
type exhibit struct {
	executor.ParallelExecutor
	*mockrunner.MockRunner
	name string
}

// eachExhibit runs f for the four exhibits, each in virtual time.
func eachExhibit(t *testing.T, f func(t *testing.T, x exhibit)) {
	for _, name := range []string{"waitgroup", "contextcheck", "detached", "errgroup"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { f(t, newExhibit(t, name)) })
		})
	}
}

func newExhibit(t *testing.T, name string) exhibit {
	runner := mockrunner.NewMockRunner(t)
	spec, err := exhibits.Lookup(name)
	require.NoError(t, err)
	e, err := spec.New(executor.Config{Runner: runner, AgentTimeout: exhibitTimeout, History: exhibitHistory})
	require.NoError(t, err)
	return exhibit{e, runner, name}
}

// exhibitCall is what an agent does when it is called.
type exhibitCall func(ctx context.Context) (*executor.AgentResponse, error)

// agent makes an agent and expects one call of it, which runs call. The agent is not
// changed afterwards, because the mock prints its arguments while others read them.
func (x exhibit) agent(id string, call exhibitCall, tools ...executor.Tool) *executor.Agent {
	a := &executor.Agent{ID: id, Name: "Agent " + id, Tools: tools}
	x.EXPECT().ExecuteAgent(mock.Anything, a, "input", exhibitHistory).RunAndReturn(
		func(ctx context.Context, _ *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
			return call(ctx)
		}).Once()
	return a
}

// answer obeys its context and answers after d.
func (exhibit) answer(id string, d time.Duration, calls ...executor.ToolCall) exhibitCall {
	return func(ctx context.Context) (*executor.AgentResponse, error) {
		select {
		case <-time.After(d):
			return &executor.AgentResponse{AgentID: id, Content: "answer of " + id, ToolCalls: calls}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// fail ignores its context and fails after d.
func (exhibit) fail(err error, d time.Duration) exhibitCall {
	return func(context.Context) (*executor.AgentResponse, error) {
		time.Sleep(d)
		return nil, err
	}
}

func TestExhibitsCallTheRunner(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		var agents []*executor.Agent
		for _, id := range []string{"a", "b", "c"} {
			agents = append(agents, x.agent(id, func(ctx context.Context) (*executor.AgentResponse, error) {
				deadline, ok := ctx.Deadline()
				if got := time.Until(deadline); !ok || got != exhibitTimeout {
					t.Errorf("agent %s: got a deadline in %v (%v), want AgentTimeout %v", id, got, ok, exhibitTimeout)
				}
				return x.answer(id, time.Second)(ctx)
			}))
		}
		start := time.Now()
		results, err := x.ExecuteParallel(t.Context(), "input", agents)
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(start), "agents run side by side")
		require.Len(t, results, 3)
		for _, a := range agents {
			require.Equal(t, &executor.AgentResponse{AgentID: a.ID, Content: "answer of " + a.ID}, results[a.ID])
		}
	})
}

func TestExhibitsHonourAnEarlierDeadline(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		results, err := x.ExecuteParallel(ctx, "input", []*executor.Agent{x.agent("slow", x.answer("slow", time.Hour))})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.EqualError(t, err, "agent slow failed: context deadline exceeded")
		require.Nil(t, results)
		require.NoError(t, t.Context().Err())
	})
}

func TestExhibitsWithNoAgents(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		results, err := x.ExecuteParallel(t.Context(), "input", nil)
		require.NoError(t, err)
		require.NotNil(t, results)
		require.Empty(t, results)
	})
}

func TestExhibitsRefuseABadConfig(t *testing.T) {
	for _, spec := range exhibits.Specs()[:4] {
		e, err := spec.New(executor.Config{AgentTimeout: -1})
		require.ErrorContains(t, err, "Runner: missing (got nil", spec.Name)
		require.ErrorContains(t, err, "AgentTimeout: negative duration (got -1ns", spec.Name)
		// Not require.Nil, which accepts a nil pointer in the interface.
		require.True(t, e == nil, "%s: got %T, want a nil interface beside the error", spec.Name, e)
	}
}

func TestExhibitsReturnTheFirstErrorOfAll(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		results, err := x.ExecuteParallel(t.Context(), "input", []*executor.Agent{
			x.agent("third", x.fail(errors.New("third"), 3*time.Second)),
			x.agent("second", x.fail(errors.New("second"), 2*time.Second)),
			x.agent("first", x.fail(errExhibit, time.Second)),
		})
		require.Nil(t, results)
		require.EqualError(t, err, "agent first failed: no quota")
		require.ErrorIs(t, err, errExhibit)
		var agentErr *executor.AgentError
		require.ErrorAs(t, err, &agentErr)
		require.Equal(t, "first", agentErr.AgentID)
	})
}

func TestExhibitsAfterOneFailure(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		var cause error
		slow := func(ctx context.Context) (*executor.AgentResponse, error) {
			response, err := x.answer("slow", 2*time.Second)(ctx)
			cause = context.Cause(ctx)
			return response, err
		}
		results, err := x.ExecuteParallel(t.Context(), "input", []*executor.Agent{
			x.agent("quick", x.answer("quick", 0)),
			x.agent("bad", x.fail(errExhibit, time.Second)),
			x.agent("slow", slow),
		})
		require.NoError(t, err, "one result is enough")
		if x.name == "errgroup" {
			require.Equal(t, []string{"quick"}, slices.Sorted(maps.Keys(results)), "the healthy sibling is cancelled, its answer lost")
			require.ErrorIs(t, cause, errExhibit, "the sibling sees the group's context")
			return
		}
		require.Equal(t, []string{"quick", "slow"}, slices.Sorted(maps.Keys(results)))
		require.NoError(t, cause)
	})
}

func TestExhibitsAfterAFailureBeforeAnyAnswer(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		results, err := x.ExecuteParallel(t.Context(), "input", []*executor.Agent{
			x.agent("bad", x.fail(errExhibit, time.Second)),
			x.agent("slow", x.answer("slow", 2*time.Second)),
		})
		if x.name == "errgroup" {
			require.EqualError(t, err, "agent bad failed: no quota")
			require.Nil(t, results)
			return
		}
		require.NoError(t, err)
		require.Equal(t, []string{"slow"}, slices.Sorted(maps.Keys(results)))
	})
}

func TestExhibitsStoreAResponseUnderItsOwnID(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		results, err := x.ExecuteParallel(t.Context(), "input", []*executor.Agent{x.agent("a", x.answer("other", 0))})
		require.NoError(t, err)
		require.Equal(t, []string{"other"}, slices.Sorted(maps.Keys(results)))
	})
}

// A goroutine that ends with Goexit sends nothing. So the exhibits lose its agent
// without an error, and detached waits for it until the agent's time is over.
func TestExhibitsLoseAGoexit(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		start := time.Now()
		results, err := x.ExecuteParallel(t.Context(), "input", []*executor.Agent{
			x.agent("gone", func(context.Context) (*executor.AgentResponse, error) {
				runtime.Goexit()
				return nil, nil
			}),
		})
		require.Empty(t, results)
		if x.name == "detached" {
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Equal(t, exhibitTimeout, time.Since(start))
			return
		}
		require.NoError(t, err)
		require.Zero(t, time.Since(start))
	})
}
