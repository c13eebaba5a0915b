package adapt_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/scenarios/scenariotest"
)

// An executor made of a function that merges streams. Here one follows the other.
func ExampleStreamSeq() {
	inTurn := func(ctx context.Context, sources []adapt.Source) iter.Seq2[chunk, error] {
		return func(yield func(chunk, error) bool) {
			for _, s := range sources {
				for text, err := range s.Stream(ctx) {
					if !yield(chunk{model: s.ID, text: text}, err) {
						return
					}
				}
			}
		}
	}
	x, err := adapt.StreamSeq(inTurn, func(c chunk) (executor.Event, error) {
		return executor.Event{AgentID: c.model, Delta: c.text}, nil
	}).NewStream(executor.Config{Runner: runner(answers)})
	if err != nil {
		panic(err)
	}
	for e, err := range x.Stream(context.Background(), "in", []*executor.Agent{{ID: "a"}, {ID: "bad"}}) {
		fmt.Println(e.AgentID, e.Delta, e.End, err)
	}
	// Output:
	// a answer of a false <nil>
	// bad  true agent bad failed: bad
	// a  true <nil>
}

// A function that merges channels into a channel.
func ExampleStreamChannel() {
	merge := func(_ context.Context, clients ...<-chan chunk) <-chan chunk { return clients[0] }
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.StreamChannel(func(ctx context.Context, sources []adapt.Source) (<-chan chunk, error) {
			var clients []<-chan chunk
			for _, s := range sources {
				clients = append(clients, adapt.Pieces(ctx, s, func(text string, err error) chunk { return chunk{model: s.ID, text: text, err: err} }))
			}
			return merge(ctx, clients...), nil
		}, func(c chunk) (executor.Event, error) {
			return executor.Event{AgentID: c.model, Delta: c.text}, c.err
		}), scenariotest.Policy(executor.CollectErrors))
	}
}

// A function that calls another with each piece, on goroutines of its own.
func ExampleStreamCallback() {
	ask := func(context.Context, []model, func(id, text string) error) error { return nil }
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.StreamCallback(func(ctx context.Context, sources []adapt.Source, each func(executor.Event) error) error {
			var models []model
			for _, s := range sources {
				models = append(models, source{s})
			}
			return ask(ctx, models, func(id, text string) error { return each(executor.Event{AgentID: id, Delta: text}) })
		}, func(e executor.Event) (executor.Event, error) { return e, nil }), scenariotest.Policy(executor.FailFast))
	}
}

// An object with Recv and Close.
func ExampleStreamReader() {
	open := func(context.Context, ...model) (*merged, error) { return &merged{}, nil }
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.StreamReader(func(ctx context.Context, sources []adapt.Source) (func() (chunk, error), func() error, error) {
			var models []model
			for _, s := range sources {
				models = append(models, source{s})
			}
			m, err := open(ctx, models...)
			return m.Recv, m.Close, err
		}, func(c chunk) (executor.Event, error) {
			return executor.Event{AgentID: c.model, Delta: c.text, End: c.done}, c.err
		}), scenariotest.Policy(executor.CollectErrors), scenariotest.Claims(executor.Joins))
	}
}

// The stream of one answer, as a client of a model returns it. Each agent gets one.
func ExampleSingle() {
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.Single(adapt.StreamCursor(func(ctx context.Context, one []adapt.Source) (*object, error) {
			return opened(ctx, one)
		}, func(c chunk) (executor.Event, error) {
			return executor.Event{Delta: c.text}, c.err
		})))
	}
}

// A fan-out that obeys the limit that it is told.
func ExampleStreamConfigured() {
	merge := func(most int) func(context.Context, []adapt.Source) (<-chan chunk, error) { return nil }
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.StreamConfigured(func(c executor.Config) executor.Spec {
			return adapt.StreamChannel(merge(c.Limit), func(c chunk) (executor.Event, error) {
				return executor.Event{AgentID: c.model, Delta: c.text}, c.err
			})
		}), scenariotest.Policy(executor.BestEffort))
	}
}

// model is what the fan-outs of these examples call.
type model interface {
	Ask(ctx context.Context, each func(text string) error) error
}

// source is a Source as a model.
type source struct{ adapt.Source }

func (s source) Ask(ctx context.Context, each func(text string) error) error {
	for text, err := range s.Stream(ctx) {
		if err != nil {
			return err
		}
		if err := each(text); err != nil {
			return err
		}
	}
	return nil
}

// merged is an object that merges streams.
type merged struct{}

func (m *merged) Recv() (chunk, error) { return chunk{}, io.EOF }
func (m *merged) Close() error         { return nil }
