package executor

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// leaving are the ways in which a consumer leaves. Each takes one event first.
var leaving = map[string]func(events iter.Seq2[Event, error]){
	"break": func(events iter.Seq2[Event, error]) {
		for range events {
			break
		}
	},
	"panic": func(events iter.Seq2[Event, error]) {
		defer func() { _ = recover() }()
		for range events {
			panic("of the loop's body")
		}
	},
	"exit": func(events iter.Seq2[Event, error]) {
		gone := make(chan bool)
		go func() {
			defer close(gone)
			for range events {
				runtime.Goexit()
			}
		}()
		<-gone
	},
	"pull": func(events iter.Seq2[Event, error]) {
		next, stop := iter.Pull2(events)
		next()
		stop()
	},
}

// Once the consumer has left, every context is done and every goroutine has ended, at
// once where the agents obey.
func TestStreamEndsWithItsConsumer(t *testing.T) {
	for name, leave := range leaving {
		for _, limit := range []int{0, 2} {
			t.Run(fmt.Sprint(name, limit), func(t *testing.T) {
				streamBubble(t, Config{Limit: limit}, func(t *testing.T, r *Reference, agents talkers, release chan struct{}) {
					before := time.Now()
					agents["endless"] = says(1 << 40)
					agents["hangs"] = agents.then(1, obey)
					agents["waits"] = says(1)
					leave(r.Stream(t.Context(), "q", withIDs("endless", "hangs", "waits")))
					require.Zero(t, time.Since(before))
					require.Equal(t, Stats{}, r.Stats())
				})
			})
		}
	}
}

// An agent that ignores its context costs the consumer Grace, and is counted.
func TestStreamBoundsWhatCannotBeStopped(t *testing.T) {
	streamBubble(t, Config{}, func(t *testing.T, r *Reference, agents talkers, release chan struct{}) {
		before := time.Now()
		agents["ignores"] = agents.then(1, func(context.Context) { <-release })
		leaving["break"](r.Stream(t.Context(), "q", withIDs("ignores")))
		require.Equal(t, DefaultGrace, time.Since(before))
		require.Equal(t, 1, r.Stats().Abandoned)
	})
}

// A consumer that stops reading holds its agents until their time is over, and no longer:
// they end, or are given up, without it.
func TestStreamConsumerStopsReading(t *testing.T) {
	for _, limit := range []int{0, 2} {
		streamBubble(t, Config{AgentTimeout: time.Second, Limit: limit}, func(t *testing.T, r *Reference, agents talkers, release chan struct{}) {
			var sent atomic.Int64
			agents["endless"] = func(_ context.Context, yield func(string, error) bool) {
				for yield("more", nil) {
					sent.Add(1)
				}
			}
			agents["ignores"] = agents.then(1, func(context.Context) { <-release })
			ends := map[string]error{}
			first := true
			for e, err := range r.Stream(t.Context(), "q", withIDs("endless", "ignores")) {
				if first {
					first = false
					time.Sleep(time.Hour)
					require.LessOrEqual(t, sent.Load(), int64(StreamBuffer+1))
					require.Equal(t, 1, r.Stats().Stuck)
				}
				if e.End {
					ends[e.AgentID] = err
				}
			}
			require.ErrorIs(t, ends["endless"], context.DeadlineExceeded)
			require.ErrorIs(t, ends["ignores"], ErrAbandoned)
		})
	}
}

// Each range makes the calls anew, and an empty one none.
func TestStreamStartsAnew(t *testing.T) {
	r, err := New(Config{Runner: talkers{"a": says(3)}})
	require.NoError(t, err)
	agents := withIDs("a")
	events := r.Stream(t.Context(), "q", agents)
	agents[0] = nil // the caller's slice is its own
	for range 2 {
		require.Len(t, hear(t, events)["a"].deltas, 3)
	}
	require.Empty(t, hear(t, r.Stream(t.Context(), "q", nil)))
	var none context.Context
	for _, err := range r.Stream(none, "q", agents) {
		require.ErrorIs(t, err, errNilContext)
	}
}
