package executor

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// fake is a Runner whose agents are functions, by agent ID.
type fake map[string]func(ctx context.Context, input string) (*AgentResponse, error)

func (f fake) ExecuteAgent(ctx context.Context, a *Agent, input string, _ []Message) (*AgentResponse, error) {
	return f[a.ID](ctx, input)
}

type behaviour = func(ctx context.Context, input string) (*AgentResponse, error)

func answer(text string) behaviour {
	return func(context.Context, string) (*AgentResponse, error) {
		return &AgentResponse{Content: text}, nil
	}
}

func failing(err error) behaviour {
	return func(context.Context, string) (*AgentResponse, error) { return nil, err }
}

func after(d time.Duration, b behaviour) behaviour {
	return func(ctx context.Context, input string) (*AgentResponse, error) {
		select {
		case <-time.After(d):
			return b(ctx, input)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func honouring(ctx context.Context, _ string) (*AgentResponse, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// ignoring agents hang until the valve is opened.
func ignoring(valve <-chan struct{}) behaviour {
	return func(context.Context, string) (*AgentResponse, error) {
		<-valve
		return &AgentResponse{Content: "too late"}, nil
	}
}

// mutable hires an agent whose behaviour can be replaced between calls, while
// goroutines of earlier calls are still about.
func mutable(agents fake, id string, first behaviour) (become func(behaviour)) {
	var now atomic.Pointer[behaviour]
	now.Store(&first)
	agents[id] = func(ctx context.Context, input string) (*AgentResponse, error) { return (*now.Load())(ctx, input) }
	return func(b behaviour) { now.Store(&b) }
}

func crew(ids ...string) []*Agent {
	agents := make([]*Agent, len(ids))
	for i, id := range ids {
		agents[i] = &Agent{ID: id}
	}
	return agents
}

// inBubble runs f on virtual time with an executor made inside the bubble, and
// opens the valve at its end.
func inBubble(t *testing.T, cfg Config, f func(t *testing.T, r *Reference, agents fake, valve chan struct{})) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		agents := fake{}
		cfg.Runner = agents
		r, err := New(cfg)
		require.NoError(t, err)
		valve := make(chan struct{})
		defer func() { // also when f fails
			select {
			case <-valve:
			default:
				close(valve)
			}
			synctest.Wait()
		}()
		f(t, r, agents, valve)
	})
}

var short = Config{AgentTimeout: time.Second, Grace: 100 * time.Millisecond}

func TestClause1ReturnsAtTimeoutPlusGraceWhenAgentsIgnoreTheirContext(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		agents["dead"], agents["well"] = ignoring(valve), answer("fine")
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", crew("dead", "well"))
		require.Equal(t, 1100*time.Millisecond, time.Since(start))
		require.NoError(t, err)
		require.Equal(t, "fine", got["well"].Content)
		require.Len(t, got, 1)
	})
}

func TestClause1ReturnsAtCancelPlusGrace(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		agents["dead"] = ignoring(valve)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := r.ExecuteParallel(ctx, "q", crew("dead"))
		require.Equal(t, 400*time.Millisecond, time.Since(start))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, ErrAbandoned)
	})
}

func TestClause1ReturnsAtOnceWhenAllAgentsHave(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["a"], agents["b"] = after(30*time.Millisecond, answer("a")), honouring
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", crew("a", "b"))
		require.Equal(t, time.Second, time.Since(start), "b honours its context: no Grace is spent")
		require.NoError(t, err)
		require.Len(t, got, 1)
	})
}

func TestClause2KeepsWhatFinishesWithinGrace(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["slow"] = func(ctx context.Context, _ string) (*AgentResponse, error) {
			<-ctx.Done()
			time.Sleep(50 * time.Millisecond)
			return &AgentResponse{Content: "just in time"}, nil
		}
		got, err := r.ExecuteParallel(t.Context(), "q", crew("slow"))
		require.NoError(t, err)
		require.Equal(t, "just in time", got["slow"].Content)
	})
}

func TestClause2LateFinisherNeverTouchesTheResult(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		agents["late"], agents["well"] = ignoring(valve), answer("fine")
		got, err := r.ExecuteParallel(t.Context(), "q", crew("late", "well"))
		require.NoError(t, err)
		out := r.Run(t.Context(), "q", crew("late", "well"))
		close(valve)
		synctest.Wait()
		require.Len(t, got, 1, "the late response must not appear in the map")
		require.NotContains(t, got, "late")
		require.Nil(t, out.Results[0].Response)
		require.ErrorIs(t, out.Results[0].Err, ErrAbandoned)
		require.Zero(t, r.Stats().Abandoned, "both came back")
	})
}

// TestClause2RacesFinishersWithTheSeal lets agents finish at the very moment
// of the seal; the race detector and the count see whether one is lost.
func TestClause2RacesFinishersWithTheSeal(t *testing.T) {
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
		got, _ := r.ExecuteParallel(ctx, "q", crew(ids...))
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

func TestClause3PartialSuccess(t *testing.T) {
	boom, bang := errors.New("boom"), errors.New("bang")
	setup := func(agents fake) {
		agents["ok"] = answer("fine")
		agents["bang"] = after(20*time.Millisecond, failing(bang))
		agents["boom"] = after(10*time.Millisecond, failing(boom))
	}
	t.Run("best effort keeps the results", func(t *testing.T) {
		inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
			setup(agents)
			got, err := r.ExecuteParallel(t.Context(), "q", crew("bang", "boom", "ok"))
			require.NoError(t, err)
			require.Len(t, got, 1)
		})
	})
	t.Run("all failures start with the first in time", func(t *testing.T) {
		inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
			setup(agents)
			got, err := r.ExecuteParallel(t.Context(), "q", crew("bang", "boom"))
			require.Nil(t, got)
			require.EqualError(t, err, "agent boom failed: boom (and 1 more)")
			require.ErrorIs(t, err, boom)
			require.ErrorIs(t, err, bang)
			var first *AgentError
			require.ErrorAs(t, err, &first)
			require.Equal(t, "boom", first.AgentID)
			require.NotErrorIs(t, err, context.Canceled)
		})
	})
	t.Run("fail fast cancels the others at once", func(t *testing.T) {
		cfg := short
		cfg.Policy = FailFast
		inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
			setup(agents)
			agents["waits"] = honouring
			start := time.Now()
			got, err := r.ExecuteParallel(t.Context(), "q", crew("waits", "bang", "boom", "ok"))
			require.Equal(t, 10*time.Millisecond, time.Since(start))
			require.Nil(t, got)
			require.True(t, strings.HasPrefix(err.Error(), "agent boom failed: boom"), err)
		})
	})
	t.Run("collect errors returns both", func(t *testing.T) {
		cfg := short
		cfg.Policy = CollectErrors
		inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
			setup(agents)
			got, err := r.ExecuteParallel(t.Context(), "q", crew("ok", "bang", "boom"))
			require.Len(t, got, 1)
			require.ErrorIs(t, err, boom)
			require.ErrorIs(t, err, bang)
		})
	})
	t.Run("a cancelled caller gets the results that are there", func(t *testing.T) {
		inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
			agents["ok"], agents["waits"] = answer("fine"), honouring
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(50*time.Millisecond, cancel)
			got, err := r.ExecuteParallel(ctx, "q", crew("ok", "waits"))
			require.NoError(t, err)
			require.Len(t, got, 1)
		})
	})
	t.Run("the caller's cause is found", func(t *testing.T) {
		inBubble(t, short, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
			agents["dead"] = ignoring(valve)
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(boom)
			_, err := r.ExecuteParallel(ctx, "q", crew("dead"))
			require.ErrorIs(t, err, boom)
			require.ErrorIs(t, err, context.Canceled)
		})
	})
	t.Run("the end of the time is found even where agents hide it", func(t *testing.T) {
		inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
			agents["hides"] = func(ctx context.Context, _ string) (*AgentResponse, error) {
				<-ctx.Done()
				return nil, boom
			}
			_, err := r.ExecuteParallel(t.Context(), "q", crew("hides"))
			require.ErrorIs(t, err, boom)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	})
	t.Run("no agents", func(t *testing.T) {
		inBubble(t, short, func(t *testing.T, r *Reference, _ fake, _ chan struct{}) {
			got, err := r.ExecuteParallel(t.Context(), "q", nil)
			require.NoError(t, err)
			require.NotNil(t, got)
			require.Empty(t, got)
		})
	})
}

func TestClause4RunningAgentsHaveADoneContext(t *testing.T) {
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		seen := make(chan context.Context, 1)
		agents["dead"] = func(ctx context.Context, _ string) (*AgentResponse, error) {
			seen <- ctx
			<-valve
			return nil, nil
		}
		_, err := r.ExecuteParallel(t.Context(), "q", crew("dead"))
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
			_, err := r.ExecuteParallel(ctx, "q", crew("a", "b"))
			require.ErrorIs(t, err, ErrNotStarted)
			require.ErrorIs(t, err, context.Canceled)
			var caught *PanicError
			require.False(t, errors.As(err, &caught), "an agent was called after cancellation")
		})
	}
}

func TestClause7Survives(t *testing.T) {
	boom := errors.New("boom")
	inBubble(t, short, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["panics"] = func(context.Context, string) (*AgentResponse, error) { panic(boom) }
		agents["exits"] = func(context.Context, string) (*AgentResponse, error) { runtime.Goexit(); return nil, nil }
		agents["nil"] = failing(nil)
		agents["well"] = answer("fine")
		out := r.Run(t.Context(), "q", slices.Concat(crew("panics", "exits", "nil", "well", "well", ""), []*Agent{nil}))
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

// An agent that panics on its way out of a Goexit: recovering does not end that.
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
				_, err := r.ExecuteParallel(t.Context(), "q", crew("a"))
				var caught *PanicError
				require.ErrorAs(t, err, &caught)
				require.Equal(t, "on the way out", caught.Value)
				require.Zero(t, time.Since(began), "its call is over when it is")
				require.Zero(t, r.Stats().Stuck)
			}
		})
	}
}

// With this setting recover says nothing of such a panic.
func TestClause7NilPanic(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
	cfg := short
	cfg.MaxInFlight = 5
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		var none any
		agents["a"] = func(context.Context, string) (*AgentResponse, error) { panic(none) }
		_, err := r.ExecuteParallel(t.Context(), "q", crew("a"))
		require.ErrorIs(t, err, ErrGoexit)
		synctest.Wait()
		require.Equal(t, Stats{}, r.Stats(), "it is counted out once")
	})
}

// What is longer than any call is no limit.
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
			out := r.Run(t.Context(), "q", crew("a", "b", "c", "d"))
			require.NoError(t, out.Err)
			if limit > 0 {
				require.EqualValues(t, limit, most.Load())
			}
		})
	}
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
	got, err := r.ExecuteParallel(t.Context(), "q", crew(ids...))
	require.NoError(t, err)
	require.Len(t, got, 29)
	for id, response := range got {
		require.Equal(t, id, response.Content)
	}
}

func TestClause8RespectsLimit(t *testing.T) {
	cfg := short
	cfg.Limit = 2
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
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
		got, err := r.ExecuteParallel(t.Context(), "q", crew("a", "b", "c", "d", "e"))
		require.NoError(t, err)
		require.Len(t, got, 5, "a queued agent's time starts when it starts")
		require.Equal(t, 2700*time.Millisecond, time.Since(start))
		require.Equal(t, 2, most)
	})
}

func TestClause8AbandonedCallFreesItsPlace(t *testing.T) {
	cfg := short
	cfg.Limit = 1
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, valve chan struct{}) {
		agents["dead"], agents["well"] = ignoring(valve), answer("fine")
		agents["slow"] = after(950*time.Millisecond, answer("cut short"))
		agents["dead2"], agents["dead3"] = ignoring(valve), ignoring(valve)
		start := time.Now()
		got, err := r.ExecuteParallel(t.Context(), "q", crew("dead", "well", "slow"))
		require.NoError(t, err)
		require.Equal(t, "fine", got["well"].Content)
		require.Equal(t, "cut short", got["slow"].Content)
		require.Equal(t, 2050*time.Millisecond, time.Since(start))
		require.Equal(t, 1, r.Stats().Stuck)

		start = time.Now()
		_, err = r.ExecuteParallel(t.Context(), "q", crew("dead", "dead2", "dead3"))
		require.Error(t, err)
		require.Equal(t, 3100*time.Millisecond, time.Since(start), "AgentTimeout x 3 + Grace, not more")
	})
}

func TestClause8WaitingForAPlaceObeysCancellation(t *testing.T) {
	cfg := short
	cfg.Limit = 1
	inBubble(t, cfg, func(t *testing.T, r *Reference, agents fake, _ chan struct{}) {
		agents["a"], agents["b"] = honouring, answer("never")
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Millisecond, cancel)
		start := time.Now()
		_, err := r.ExecuteParallel(ctx, "q", crew("a", "b"))
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, 10*time.Millisecond, time.Since(start))
	})
}

func TestClause10HistoryIsNotShared(t *testing.T) {
	history := make([]Message, 1, 8)
	history[0] = Message{Role: "user", Content: "hi"}
	var seen [2][]Message
	r, err := New(Config{History: history, Runner: runnerFunc(func(_ context.Context, a *Agent, _ string, h []Message) (*AgentResponse, error) {
		h = append(h, Message{Content: a.ID}) // races with the other agent if they share memory
		seen[a.ID[0]-'0'] = h
		return &AgentResponse{}, nil
	})})
	require.NoError(t, err)
	history[0].Content = "changed by the caller afterwards"
	_, err = r.ExecuteParallel(t.Context(), "q", crew("0", "1"))
	require.NoError(t, err)
	for i, h := range seen {
		require.Equal(t, []Message{{Role: "user", Content: "hi"}, {Content: fmt.Sprint(i)}}, h)
	}
}

type runnerFunc func(context.Context, *Agent, string, []Message) (*AgentResponse, error)

func (f runnerFunc) ExecuteAgent(ctx context.Context, a *Agent, in string, h []Message) (*AgentResponse, error) {
	return f(ctx, a, in, h)
}

func TestConfigNamesEveryFault(t *testing.T) {
	_, err := New(Config{AgentTimeout: -1, Limit: -2, Policy: "maybe"})
	for _, want := range []string{"Runner", "AgentTimeout: negative duration (got -1ns", "Limit: negative number (got -2", `"maybe"`} {
		require.ErrorContains(t, err, want)
	}
}
