package executor

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// talker is an agent of a streaming Runner.
type talker = func(ctx context.Context, yield func(string, error) bool)

// talkers is a Streamer whose agents are functions, by agent ID.
type talkers map[string]talker

func (f talkers) ExecuteAgent(context.Context, *Agent, string, []Message) (*AgentResponse, error) {
	panic("a Streamer is not asked for whole answers")
}

func (f talkers) StreamAgent(ctx context.Context, a *Agent, _ string, _ []Message) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) { f[a.ID](ctx, yield) }
}

// says yields n pieces.
func says(n int) talker {
	return func(_ context.Context, yield func(string, error) bool) {
		for i := range n {
			if !yield(fmt.Sprint(i), nil) {
				return
			}
		}
	}
}

// then goes on after other pieces.
func (f talkers) then(n int, more func(ctx context.Context)) talker {
	return func(ctx context.Context, yield func(string, error) bool) {
		says(n)(ctx, yield)
		more(ctx)
	}
}

func obey(ctx context.Context) { <-ctx.Done() }

// heard is what a consumer got from one agent.
type heard struct {
	deltas []string
	ends   int
	err    error
	after  bool
}

// hear reads a whole stream.
func hear(t *testing.T, events iter.Seq2[Event, error]) map[string]*heard {
	t.Helper()
	all := map[string]*heard{}
	for e, err := range events {
		h := all[e.AgentID]
		if h == nil {
			h = &heard{}
			all[e.AgentID] = h
		}
		require.Equal(t, err != nil, e.End && err != nil, "an error is an end")
		h.after = h.after || h.ends > 0
		if e.End {
			h.ends++
			h.err = err
		} else {
			h.deltas = append(h.deltas, e.Delta)
		}
	}
	return all
}

// streamBubble is inBubble for a Runner that streams.
func streamBubble(t *testing.T, cfg Config, f func(t *testing.T, r *Reference, agents talkers, release chan struct{})) {
	t.Helper()
	agents := talkers{}
	bubbleOf(t, cfg, agents, func(t *testing.T, r *Reference, release chan struct{}) { f(t, r, agents, release) })
}

// Each agent's pieces come in their order, none is lost, and then its one end.
func TestStreamDeliversInOrderOnce(t *testing.T) {
	for _, limit := range []int{0, 1, 3} {
		streamBubble(t, Config{Limit: limit}, func(t *testing.T, r *Reference, agents talkers, _ chan struct{}) {
			ids := []string{}
			for i := range 8 {
				ids = append(ids, fmt.Sprint("a", i))
				agents[ids[i]] = says(i * 100)
			}
			all := hear(t, r.Stream(t.Context(), "q", withIDs(ids...)))
			require.Len(t, all, 8)
			for i, id := range ids {
				require.Len(t, all[id].deltas, i*100)
				for n, delta := range all[id].deltas {
					require.Equal(t, fmt.Sprint(n), delta)
				}
				require.Equal(t, 1, all[id].ends)
				require.NoError(t, all[id].err)
				require.False(t, all[id].after)
			}
			require.Equal(t, Stats{}, r.Stats())
		})
	}
}

// Every way to end has one end event, and takes no other agent's pieces.
func TestStreamSurvives(t *testing.T) {
	for _, limit := range []int{0, 2} {
		streamBubble(t, Config{AgentTimeout: time.Second, Limit: limit}, func(t *testing.T, r *Reference, agents talkers, release chan struct{}) {
			boom := errors.New("boom")
			agents["panics"] = agents.then(2, func(context.Context) { panic(boom) })
			agents["exits"] = agents.then(2, func(context.Context) { runtime.Goexit() })
			agents["fails"] = func(ctx context.Context, yield func(string, error) bool) { says(2)(ctx, yield); yield("", boom) }
			agents["hangs"] = agents.then(2, obey)
			agents["ignores"] = agents.then(2, func(context.Context) { <-release })
			agents["fine"] = says(2)
			ids := []string{"panics", "exits", "fails", "hangs", "ignores", "fine"}
			all := hear(t, r.Stream(t.Context(), "q", append(withIDs(ids...), nil, &Agent{}, &Agent{ID: "fine"})))
			for _, id := range ids[:5] {
				require.Len(t, all[id].deltas, 2, id)
				require.Equal(t, 1, all[id].ends, id)
				require.False(t, all[id].after, id)
			}
			require.ErrorIs(t, all["panics"].err, boom)
			require.ErrorIs(t, all["exits"].err, ErrGoexit)
			require.ErrorIs(t, all["fails"].err, boom)
			require.ErrorIs(t, all["ignores"].err, ErrAbandoned)
			require.Equal(t, 2, all["fine"].ends, "its own, and that of its double")
			require.Equal(t, 2, all[""].ends, "nil, and no ID")
			require.Equal(t, 1, r.Stats().Abandoned)
		})
	}
}

// What an agent says after it was given up is not heard.
func TestStreamNothingAfterTheEnd(t *testing.T) {
	streamBubble(t, Config{AgentTimeout: time.Second, Limit: 1}, func(t *testing.T, r *Reference, agents talkers, release chan struct{}) {
		agents["late"] = func(_ context.Context, yield func(string, error) bool) {
			time.Sleep(1500 * time.Millisecond)
			yield("too late", nil)
		}
		agents["slow"] = func(_ context.Context, yield func(string, error) bool) {
			time.Sleep(800 * time.Millisecond)
			yield("fine", nil)
		}
		all := hear(t, r.Stream(t.Context(), "q", withIDs("late", "slow")))
		require.Empty(t, all["late"].deltas)
		require.ErrorIs(t, all["late"].err, ErrAbandoned)
		require.Equal(t, []string{"fine"}, all["slow"].deltas)
	})
}

// The caller's cancellation ends all agents. Each has its end.
func TestStreamIsCancelled(t *testing.T) {
	for _, limit := range []int{0, 1} {
		streamBubble(t, Config{Limit: limit}, func(t *testing.T, r *Reference, agents talkers, release chan struct{}) {
			agents["hangs"], agents["waits"] = agents.then(1, obey), agents.then(1, obey)
			cause := errors.New("the browser left")
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Second, func() { cancel(cause) })
			all := hear(t, r.Stream(ctx, "q", withIDs("hangs", "waits")))
			require.Equal(t, []string{"0"}, all["hangs"].deltas)
			require.Equal(t, 1, all["waits"].ends)
			if limit == 1 {
				require.ErrorIs(t, all["waits"].err, ErrNotStarted)
				require.ErrorIs(t, all["waits"].err, cause)
			}
		})
	}
}

// At most Limit agents run at the same time, and a place is free as soon as one has ended.
func TestStreamLimit(t *testing.T) {
	streamBubble(t, Config{Limit: 2}, func(t *testing.T, r *Reference, agents talkers, release chan struct{}) {
		var running, most atomic.Int64
		var ids []string
		for i := range 9 {
			id := fmt.Sprint("a", i)
			ids = append(ids, id)
			agents[id] = func(ctx context.Context, yield func(string, error) bool) {
				if n := running.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(time.Second)
				running.Add(-1)
			}
		}
		before := time.Now()
		require.Len(t, hear(t, r.Stream(t.Context(), "q", withIDs(ids...))), 9)
		require.Equal(t, 5*time.Second, time.Since(before))
		require.Equal(t, int64(2), most.Load())
	})
}

// Under FailFast the first failure cancels the others.
func TestStreamFailFast(t *testing.T) {
	streamBubble(t, Config{Policy: FailFast}, func(t *testing.T, r *Reference, agents talkers, release chan struct{}) {
		boom := errors.New("boom")
		agents["hangs"] = agents.then(1, obey)
		agents["fails"] = func(ctx context.Context, yield func(string, error) bool) { time.Sleep(time.Second); yield("", boom) }
		before := time.Now()
		all := hear(t, r.Stream(t.Context(), "q", withIDs("hangs", "fails")))
		require.Equal(t, time.Second, time.Since(before))
		require.ErrorIs(t, all["fails"].err, boom)
		require.Equal(t, 1, all["hangs"].ends)
	})
}

// A Runner that does not stream delivers one event, with its response.
func TestStreamOfWholeAnswers(t *testing.T) {
	r, err := New(Config{Runner: fake{"ok": answer("fine"), "fails": failing(context.Canceled)}})
	require.NoError(t, err)
	var got []Event
	for e, err := range r.Stream(t.Context(), "q", withIDs("ok", "fails")) {
		require.Equal(t, e.AgentID == "fails", err != nil)
		got = append(got, e)
	}
	require.Len(t, got, 2)
	require.Contains(t, got, Event{AgentID: "ok", Response: &AgentResponse{Content: "fine"}, End: true})
}

// A piece that an agent has sent before it was given up, and that is found only after its
// end was told, is dropped.
func TestPieceAfterTheEndIsDropped(t *testing.T) {
	c := &call{}
	s := &slot{agent: &Agent{ID: "a"}, told: true}
	require.True(t, c.tell(piece{s, "late"}, func(e Event, _ error) bool {
		t.Errorf("got %v, want nothing", e)
		return true
	}))
	s.told = false
	told := 0
	require.True(t, c.tell(piece{s, "in time"}, func(e Event, _ error) bool {
		told++
		return e.Delta == "in time"
	}))
	require.Equal(t, 1, told)
}
