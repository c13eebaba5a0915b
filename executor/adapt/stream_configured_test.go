package adapt_test

import (
	"context"
	"iter"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// A configured fan-out gets the Config, and with Bounds.AgentTimeout no time-outs.
func TestStreamConfigured(t *testing.T) {
	for bound, want := range map[time.Duration]string{0: "0 agent a failed: context deadline exceeded", time.Hour: "0123 end"} {
		synctest.Test(t, func(t *testing.T) {
			var got executor.Config
			s := adapt.StreamConfigured(func(c executor.Config) executor.Spec {
				got = c
				s := adapt.StreamSeq(all, stepOf)
				s.Bounds.AgentTimeout = bound
				return s
			})
			require.Nil(t, s.New)
			require.False(t, slices.Contains(s.Lacks, executor.RespectsLimit))
			x, _ := streams(t, s, executor.Config{AgentTimeout: 1500 * time.Millisecond, Limit: 3})
			require.Equal(t, 3, got.Limit)
			require.Equal(t, map[string]string{"a": want}, texts(x.Stream(t.Context(), "", talk(4, "a"))))
		})
	}
}

func TestStreamConfiguredBuildsNothing(t *testing.T) {
	s := adapt.StreamConfigured(func(executor.Config) executor.Spec { return executor.Spec{} })
	_, err := s.NewStream(executor.Config{Runner: runner(answers)})
	require.ErrorContains(t, err, "build returned no executor of streams")
	_, err = s.NewStream(executor.Config{})
	require.ErrorContains(t, err, "Runner")
	_, err = adapt.Single(s).NewStream(executor.Config{})
	require.ErrorContains(t, err, "Runner")
}

// A single stream obeys the limit and survives what the reference survives.
func TestSingleIsMergedByTheReference(t *testing.T) {
	s := adapt.Single(forms["cursor"])
	require.False(t, s.Positional)
	require.False(t, slices.Contains(s.Lacks, executor.RespectsLimit))
	synctest.Test(t, func(t *testing.T) {
		x, _ := streams(t, s, executor.Config{Limit: 1})
		before := time.Now()
		got := texts(x.Stream(t.Context(), "", append(talk(2, "a", "b"), nil)))
		require.Equal(t, 4*time.Second, time.Since(before))
		require.Equal(t, map[string]string{"a": "01 end", "b": "01 end", "": " agent  failed: agent is nil: at index 2"}, got)
	})
}

// An agent that ends its goroutine is an error of its own.
func TestPiecesOfAnExit(t *testing.T) {
	exits := streamerFunc(func(context.Context) iter.Seq2[string, error] {
		return func(yield func(string, error) bool) {
			yield("x", nil)
			runtime.Goexit()
		}
	})
	x, err := pieces.NewStream(executor.Config{Runner: exits})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "x agent a failed: " + executor.ErrGoexit.Error()}, texts(x.Stream(t.Context(), "", agents("a"))))
}

// pieces is a fan-out that has the source of its first agent as a channel.
var pieces = adapt.StreamChannel(func(ctx context.Context, sources []adapt.Source) (<-chan chunk, error) {
	return adapt.Pieces(ctx, sources[0], func(piece string, err error) chunk {
		return chunk{model: sources[0].ID, text: piece, err: err}
	}), nil
}, stepOf)

// A source as a channel is whole, and ends with its context.
func TestPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, r := streams(t, pieces, executor.Config{})
		require.Equal(t, map[string]string{"bad": "012 agent bad failed: bad"}, texts(x.Stream(t.Context(), "", talk(3, "bad"))))
		for range x.Stream(t.Context(), "", talk(99, "a")) {
			break
		}
		synctest.Wait()
		require.Equal(t, 2, r.left["done"]+r.left["left"]+r.left["cancelled"])
		require.Equal(t, 1, r.left["done"], "the one that fails at its end")
	})
}
