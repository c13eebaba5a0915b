package adapt_test

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// streams makes the executor of a form whose agents are a talker's.
func streams(t *testing.T, form executor.Spec, c executor.Config) (executor.StreamExecutor, *talker) {
	t.Helper()
	r := &talker{left: map[string]int{}}
	c.Runner = r
	x, err := form.NewStream(c)
	require.NoError(t, err)
	return x, r
}

// A callback that is called on several goroutines at once runs one consumer.
func TestStreamCallbackIsSerial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, _ := streams(t, adapt.StreamCallback(func(ctx context.Context, sources []adapt.Source, each func(chunk) error) error {
			return merge(ctx, sources, func(_ context.Context, c chunk) error { return each(c) })
		}, stepOf), executor.Config{})
		busy, events := false, 0
		for e, err := range x.Stream(t.Context(), "", talk(5, "a", "b", "c")) {
			require.NoError(t, err)
			require.False(t, busy)
			busy = true
			time.Sleep(time.Second)
			busy = false
			if !e.End {
				events++
			}
		}
		require.Equal(t, 15, events)
	})
}

// A call that waits for its consumer gives up when the context ends.
func TestStreamCallbackConsumerStopsReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, r := streams(t, adapt.StreamCallback(func(ctx context.Context, sources []adapt.Source, each func(chunk) error) error {
			return merge(ctx, sources, func(_ context.Context, c chunk) error { return each(c) })
		}, stepOf), executor.Config{AgentTimeout: time.Minute})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		for range x.Stream(ctx, "", talk(100, "a", "b", "c")) {
			<-ctx.Done()
			synctest.Wait()
			require.Equal(t, map[string]int{"left": 2}, r.left, "all but the one that runs the consumer")
			break
		}
	})
}

// Once the consumer has left, and after the fan-out has returned, the callback refuses.
func TestStreamCallbackRefuses(t *testing.T) {
	var kept func(chunk) error
	calls, refused := 0, 0
	form := adapt.StreamCallback(func(_ context.Context, _ []adapt.Source, each func(chunk) error) error {
		kept = each
		for range 3 { // it does not stop when it should
			calls++
			if each(chunk{model: "a", text: "x"}) != nil {
				refused++
			}
		}
		return nil
	}, stepOf)
	x, err := form.NewStream(executor.Config{Runner: runner(answers)})
	require.NoError(t, err)
	for range x.Stream(t.Context(), "", agents("a")) {
		break
	}
	require.Equal(t, []int{3, 3}, []int{calls, refused})
	require.Equal(t, map[string]string{"a": "xxx end"}, texts(x.Stream(t.Context(), "", agents("a"))))
	require.Error(t, kept(chunk{model: "a", text: "late"}))
}

// The panic of a consumer goes through a fan-out that calls it on its own goroutine, and
// one that recovers panics cannot keep it.
func TestStreamCallbackConsumerPanics(t *testing.T) {
	direct := func(ctx context.Context, sources []adapt.Source, each func(chunk) error) error {
		for c, err := range all(ctx, sources) {
			if err := errors.Join(err, each(c)); err != nil {
				return err
			}
		}
		return nil
	}
	recovering := func(ctx context.Context, sources []adapt.Source, each func(chunk) error) (err error) {
		var wg sync.WaitGroup
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					err = errBad
				}
			}()
			err = direct(ctx, sources, each)
		})
		wg.Wait()
		return err
	}
	for name, run := range map[string]func(context.Context, []adapt.Source, func(chunk) error) error{"direct": direct, "recovering": recovering} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x, r := streams(t, adapt.StreamCallback(run, stepOf), executor.Config{})
				require.Panics(t, func() {
					for range x.Stream(t.Context(), "", talk(9, "a", "b")) {
						panic(errBad)
					}
				})
				require.Equal(t, map[string]int{"panicked": 1}, r.left)
			})
		})
	}
}

// A context that the fan-out made itself and does not end is seen: it outlives the agent.
func TestStreamContexts(t *testing.T) {
	var given context.Context
	seen := streamerFunc(func(ctx context.Context) iter.Seq2[string, error] {
		given = ctx
		return func(yield func(string, error) bool) { yield("x", nil) }
	})
	forgetful := adapt.StreamSeq(func(ctx context.Context, sources []adapt.Source) iter.Seq2[chunk, error] {
		ctx, cancel := context.WithCancel(ctx)
		_ = cancel // forgotten: the defect that must be seen
		return all(ctx, sources)
	}, stepOf)
	for _, test := range []struct {
		form  executor.Spec
		alive bool
	}{{forms["seq"], false}, {forms["channel"], false}, {forms["callback"], false}, {forgetful, true}} {
		ctx, cancel := context.WithCancel(t.Context())
		x, err := test.form.NewStream(executor.Config{Runner: seen})
		require.NoError(t, err)
		texts(x.Stream(ctx, "", agents("a")))
		require.Equal(t, test.alive, given.Err() == nil)
		_, timed := given.Deadline()
		require.True(t, timed)
		cancel()
		require.Error(t, given.Err())

		x = x.(interface {
			WithoutTimeouts() executor.StreamExecutor
		}).WithoutTimeouts()
		texts(x.Stream(t.Context(), "", agents("a")))
		_, timed = given.Deadline()
		require.False(t, timed)
	}
}

// streamerFunc is a Runner all of whose agents do the same.
type streamerFunc func(ctx context.Context) iter.Seq2[string, error]

func (f streamerFunc) ExecuteAgent(context.Context, *executor.Agent, string, []executor.Message) (*executor.AgentResponse, error) {
	panic("a Streamer is not asked for whole answers")
}

func (f streamerFunc) StreamAgent(ctx context.Context, _ *executor.Agent, _ string, _ []executor.Message) iter.Seq2[string, error] {
	return f(ctx)
}
