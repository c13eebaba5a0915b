package adapt_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// sending is a fan-out over a channel whose sends are the test's.
func sending(buffer int, send func(ctx context.Context, out chan<- chunk, c chunk) error) executor.Spec {
	return adapt.StreamChannel(func(ctx context.Context, sources []adapt.Source) (<-chan chunk, error) {
		out := make(chan chunk, buffer)
		go func() {
			defer close(out)
			err := merge(ctx, sources, func(ctx context.Context, c chunk) error { return send(ctx, out, c) })
			if err != nil {
				_ = send(ctx, out, chunk{err: err})
			}
		}()
		return out, nil
	}, stepOf)
}

func orDone(ctx context.Context, out chan<- chunk, c chunk) error {
	select {
	case out <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// queueing runs two streams at a time. A consumer that leaves ends those that run, and the
// others take their places.
func queueing() executor.Spec {
	s := adapt.StreamSeq(func(ctx context.Context, sources []adapt.Source) iter.Seq2[chunk, error] {
		return func(yield func(chunk, error) bool) {
			out, left := make(chan chunk), make(chan struct{})
			var g errgroup.Group
			g.SetLimit(2)
			go func() {
				defer close(out)
				for _, s := range sources {
					g.Go(func() error { return untilLeft(ctx, left, s, out) })
				}
				_ = g.Wait()
			}()
			for c := range out {
				if !yield(c, nil) {
					close(left)
					for range out {
					}
					return
				}
			}
		}
	}, stepOf)
	s.Bounds.Limit, s.Lacks = 2, nil
	return s
}

func untilLeft(ctx context.Context, left <-chan struct{}, s adapt.Source, out chan<- chunk) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-left:
			cancel()
		case <-ctx.Done():
		}
	}()
	for text, err := range s.Stream(ctx) {
		if orDone(ctx, out, chunk{model: s.ID, text: text, err: err}) != nil {
			break
		}
	}
	return nil
}

// closing is a fan-out as an object whose Close is the test's.
func closing(end func(*object)) executor.Spec {
	return adapt.StreamReader(func(ctx context.Context, sources []adapt.Source) (func() (chunk, error), func(), error) {
		o, err := opened(ctx, sources)
		return o.recv, func() { end(o) }, err
	}, stepOf)
}

// defects are fan-outs with one defect each, with the clause and the
// scenario that find it through this package.
var defects = map[string]struct {
	spec     executor.Spec
	scenario string
	clause   executor.Clause
}{
	"channel: a send without a select": {sending(0, func(_ context.Context, out chan<- chunk, c chunk) error {
		out <- c
		return nil
	}), "stream-break", executor.EndsWithConsumer},
	"channel: drops what does not fit": {sending(1, func(_ context.Context, out chan<- chunk, c chunk) error {
		select {
		case out <- c:
		default:
		}
		return nil
	}), "stream-slow", executor.DeliversInOrder},
	"channel: a buffer without a bound": {sending(1<<16, orDone), "stream-stalled", executor.BoundsBuffer},
	"channel: sends all twice": {sending(0, func(ctx context.Context, out chan<- chunk, c chunk) error {
		return errors.Join(orDone(ctx, out, c), orDone(ctx, out, c))
	}), "stream-normal", executor.DeliversInOrder},
	"channel: loses errors": {adapt.StreamChannel(start, stepOf), "stream-error", executor.PartialSuccess},
	"seq: goes on after a break": {adapt.StreamSeq(func(ctx context.Context, sources []adapt.Source) iter.Seq2[chunk, error] {
		return func(yield func(chunk, error) bool) {
			for c, err := range all(ctx, sources) {
				yield(c, err)
			}
		}
	}, stepOf), "stream-break", executor.EndsWithConsumer},
	"seq: a context of its own": {adapt.StreamSeq(func(_ context.Context, sources []adapt.Source) iter.Seq2[chunk, error] {
		return all(context.Background(), sources)
	}, stepOf), "stream-deadline", executor.PassesContext},
	"callback: ignores that the consumer left": {adapt.StreamCallback(func(ctx context.Context, sources []adapt.Source, each func(chunk) bool) error {
		return merge(ctx, sources, func(_ context.Context, c chunk) error { each(c); return nil })
	}, stepOf), "stream-break", executor.EndsWithConsumer},
	"callback: returns before its agents": {adapt.StreamCallback(func(ctx context.Context, sources []adapt.Source, each func(chunk) error) error {
		go func() { _ = called(ctx, sources, each) }()
		return nil
	}, stepOf), "stream-normal", executor.PartialSuccess},
	"seq: starts those that wait when it is left": {queueing(), "stream-limit-break", executor.RespectsLimit},
	"reader: Close does nothing":                  {closing(func(*object) {}), "stream-pull", executor.EndsWithConsumer},
	"reader: Close panics again":                  {closing(func(o *object) { o.closeOnce(); _ = o.Close() }), "stream-close-twice", executor.EndsWithConsumer},
	"single: sends without a select": {adapt.Single(sending(0, func(_ context.Context, out chan<- chunk, c chunk) error {
		out <- c
		return nil
	})), "stream-stalled-break", executor.EndsWithConsumer},
	"single: loses pieces": {adapt.Single(sending(0, func(ctx context.Context, out chan<- chunk, c chunk) error {
		if c.text == "" || c.err != nil {
			return orDone(ctx, out, c)
		}
		return nil
	})), "stream-normal", executor.DeliversInOrder},
	"cursor: an error taken for end": {adapt.StreamCursor(openDeaf, stepOf), "stream-all-fail", executor.PartialSuccess},
}

// deaf is an object that says nothing of errors.
type deaf struct{ *object }

func openDeaf(ctx context.Context, sources []adapt.Source) (deaf, error) {
	o, err := opened(ctx, sources)
	return deaf{o}, err
}

func (deaf) Err() error { return nil }

func (o *object) closeOnce() {
	if o.closed > 0 {
		panic(io.ErrClosedPipe)
	}
}

// The harness finds the defects through this package, and accuses no form of them.
func TestStreamDefectsAreFound(t *testing.T) {
	for name, d := range defects {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, scenarios.Fail, verdict(t, d.spec, d.scenario)[d.clause])
			for form, s := range forms {
				for clause, status := range verdict(t, s, d.scenario) {
					require.NotEqual(t, scenarios.Fail, status, "%s: %v", form, clause)
				}
			}
		})
	}
}

// verdict is what an executor that returns all errors is found to do, by clause.
func verdict(t *testing.T, s executor.Spec, scenario string) map[executor.Clause]scenarios.Status {
	t.Helper()
	s.Policy = executor.CollectErrors
	all, err := scenarios.Lookup(scenario)
	require.NoError(t, err)
	o, err := observe.InBubble(t, all, s, observe.Options{})
	require.NoError(t, err)
	found := map[executor.Clause]scenarios.Status{}
	for _, c := range judge.Waive(judge.Judge(all, o)).Clauses {
		found[c.Clause] = c.Status
		if c.Status == scenarios.Fail {
			t.Logf("%v: %s", c.Clause, c.Got)
		}
	}
	return found
}
