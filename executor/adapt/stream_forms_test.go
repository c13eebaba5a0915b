package adapt_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"strconv"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// chunk is the value of the fan-outs of these tests.
type chunk struct {
	model, text string
	err         error
	done        bool
}

func stepOf(c chunk) (executor.Event, error) {
	return executor.Event{AgentID: c.model, Delta: c.text, End: c.done}, c.err
}

// talker is a Runner that streams: its agents yield 0, 1, 2 and so on, as many as
// the agent's name says, each after a second. Agent "bad" fails after its pieces.
type talker struct {
	mu   sync.Mutex
	left map[string]int // agents by why they returned
}

func (r *talker) ExecuteAgent(context.Context, *executor.Agent, string, []executor.Message) (*executor.AgentResponse, error) {
	panic("a Streamer is not asked for whole answers")
}

func (r *talker) StreamAgent(ctx context.Context, a *executor.Agent, _ string, _ []executor.Message) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		why := "panicked"
		defer func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.left[why]++
		}()
		n, _ := strconv.Atoi(a.Name)
		for i := range n {
			select {
			case <-ctx.Done():
				why = "cancelled"
				yield("", ctx.Err())
				return
			case <-time.After(time.Second):
			}
			if !yield(strconv.Itoa(i), nil) {
				why = "left"
				return
			}
		}
		why = "done"
		if a.ID == "bad" {
			yield("", errBad)
		}
	}
}

// talk are agents, each with as many pieces.
func talk(pieces int, ids ...string) (agents []*executor.Agent) {
	for _, id := range ids {
		agents = append(agents, &executor.Agent{ID: id, Name: strconv.Itoa(pieces)})
	}
	return agents
}

// merge is a fan-out that all forms of these tests share. send returns an error once
// nobody takes the value. All errors are returned.
func merge(ctx context.Context, sources []adapt.Source, send func(context.Context, chunk) error) error {
	errs := make([]error, len(sources))
	var wg sync.WaitGroup
	for i, s := range sources {
		wg.Go(func() {
			for text, err := range s.Stream(ctx) {
				if err == nil {
					err = send(ctx, chunk{model: s.ID, text: text})
				}
				if err != nil {
					errs[i] = err
					return
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// start is the fan-out as a channel.
func start(ctx context.Context, sources []adapt.Source) (<-chan chunk, error) {
	out := make(chan chunk)
	go func() {
		defer close(out)
		_ = merge(ctx, sources, func(ctx context.Context, c chunk) error {
			select {
			case out <- c:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return out, nil
}

// object is the fan-out as an object.
type object struct {
	values <-chan chunk
	cancel context.CancelFunc
	ended  chan struct{}
	now    chunk
	err    error
	closed int
}

func opened(ctx context.Context, sources []adapt.Source) (*object, error) {
	ctx, cancel := context.WithCancel(ctx)
	values := make(chan chunk)
	o := &object{values: values, cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(o.ended)
		defer close(values)
		o.err = merge(ctx, sources, func(ctx context.Context, c chunk) error {
			select {
			case values <- c:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return o, nil
}

func (o *object) Next() (more bool) { o.now, more = <-o.values; return more }
func (o *object) Current() chunk    { return o.now }
func (o *object) Err() error        { return o.err }
func (o *object) Close() error      { o.closed++; o.cancel(); <-o.ended; return nil }
func (o *object) recv() (chunk, error) {
	if o.Next() {
		return o.now, nil
	}
	if o.err != nil {
		return chunk{}, o.err
	}
	return chunk{}, io.EOF
}

// all is the fan-out as a sequence: one source after the other.
func all(ctx context.Context, sources []adapt.Source) iter.Seq2[chunk, error] {
	return func(yield func(chunk, error) bool) {
		for _, s := range sources {
			if ctx.Err() != nil {
				yield(chunk{}, ctx.Err())
				return
			}
			for text, err := range s.Stream(ctx) {
				if !yield(chunk{model: s.ID, text: text}, err) {
					return
				}
			}
		}
	}
}

// called is the fan-out with a callback.
func called(ctx context.Context, sources []adapt.Source, each func(chunk) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return merge(ctx, sources, func(_ context.Context, c chunk) error {
		err := each(c)
		if err != nil {
			cancel()
		}
		return err
	})
}

// forms are correct fan-outs in all forms. They return all errors, but for the channel,
// which has none.
var forms = map[string]executor.Spec{
	"channel": adapt.StreamChannel(func(ctx context.Context, sources []adapt.Source) (<-chan chunk, error) {
		out := make(chan chunk)
		go func() {
			defer close(out)
			send := func(ctx context.Context, c chunk) error {
				select {
				case out <- c:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			if err := merge(ctx, sources, send); err != nil {
				_ = send(ctx, chunk{err: err})
			}
		}()
		return out, nil
	}, stepOf),
	"seq":      adapt.StreamSeq(all, stepOf),
	"callback": adapt.StreamCallback(called, stepOf),
	"bool": adapt.StreamCallback(func(ctx context.Context, sources []adapt.Source, each func(chunk) bool) error {
		return called(ctx, sources, func(c chunk) error {
			if !each(c) {
				return io.ErrClosedPipe
			}
			return nil
		})
	}, stepOf),
	"deaf": adapt.StreamCallback(func(ctx context.Context, sources []adapt.Source, each func(chunk)) error {
		return called(ctx, sources, func(c chunk) error { each(c); return ctx.Err() })
	}, stepOf),
	"reader": adapt.StreamReader(func(ctx context.Context, sources []adapt.Source) (func() (chunk, error), func() error, error) {
		o, err := opened(ctx, sources)
		return o.recv, o.Close, err
	}, stepOf),
	"cursor": adapt.StreamCursor(opened, stepOf),
}
