package observe_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

type piece struct{ agent, text string }

// turns takes a piece of each agent in turn, in the consumer's own goroutine.
func turns(ctx context.Context, sources []adapt.Source) iter.Seq2[piece, error] {
	return func(yield func(piece, error) bool) {
		var nexts []func() (string, error, bool)
		for _, s := range sources {
			next, stop := iter.Pull2(s.Stream(ctx))
			defer stop()
			nexts = append(nexts, next)
		}
		for open := len(nexts); open > 0; {
			for i, next := range nexts {
				if next == nil {
					continue
				}
				text, err, more := next()
				if !more {
					nexts[i], open = nil, open-1
				} else if !yield(piece{sources[i].ID, text}, err) {
					return
				}
			}
		}
	}
}

// watched is turns with a goroutine that waits until the consumer goes on.
func watched(ctx context.Context, sources []adapt.Source) iter.Seq2[piece, error] {
	return func(yield func(piece, error) bool) {
		done := make(chan struct{})
		defer close(done)
		go func() { <-done }()
		turns(ctx, sources)(yield)
	}
}

// Agents in coroutines cannot end while the consumer that pulls them stalls. A goroutine can.
func TestPulledWhileStalled(t *testing.T) {
	for _, it := range []struct {
		fan  func(context.Context, []adapt.Source) iter.Seq2[piece, error]
		want scenarios.Status
	}{{turns, scenarios.Pass}, {watched, scenarios.Fail}} {
		s, err := scenarios.Lookup("stream-stalled")
		require.NoError(t, err)
		spec := adapt.StreamSeq(it.fan, func(p piece) (executor.Event, error) { return executor.Event{AgentID: p.agent, Delta: p.text}, nil })
		o, err := observe.InBubble(t, s, spec, observe.Options{})
		require.NoError(t, err)
		for _, c := range judge.Judge(s, o).Clauses {
			if c.Clause == executor.EndsWithConsumer {
				require.Equal(t, it.want, c.Status, "%+v", c)
			}
		}
	}
}
