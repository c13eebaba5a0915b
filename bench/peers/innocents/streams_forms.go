package innocents

import (
	"context"
	"errors"
	"io"
	"iter"

	"github.com/sourcegraph/conc/pool"
	"github.com/sourcegraph/conc/stream"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// chunk is a piece of a model's answer, or why there are no more of it.
type chunk struct {
	model, text string
	err         error
}

func (c chunk) event() (executor.Event, error) {
	return executor.Event{AgentID: c.model, Delta: c.text}, c.err
}

// forward sends what a model answers, and returns why it ended.
func forward(ctx context.Context, m adapt.Source, out chan<- chunk) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for text, err := range m.Stream(ctx) {
		if err != nil {
			return err
		}
		if err := send(ctx, out, chunk{model: m.ID, text: text}); err != nil {
			return err
		}
	}
	return nil
}

func send(ctx context.Context, out chan<- chunk, c chunk) error {
	select {
	case out <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// report sends the error of forward, that of a model that ended its goroutine, too.
func report(ctx context.Context, m adapt.Source, out chan<- chunk) {
	err := errors.New("the model ended its goroutine")
	defer func() {
		if err != nil {
			_ = send(ctx, out, chunk{model: m.ID, err: err})
		}
	}()
	err = forward(ctx, m, out)
}

// groupChannel sends the first error last.
func groupChannel(ctx context.Context, models []adapt.Source) (<-chan chunk, error) {
	out := make(chan chunk)
	g, own := errgroup.WithContext(ctx)
	for _, m := range models {
		g.Go(func() error { return forward(own, m, out) })
	}
	go func() {
		defer close(out)
		if err := g.Wait(); err != nil {
			_ = send(ctx, out, chunk{err: err})
		}
	}()
	return out, nil
}

// groupSeq is left when all models have ended.
func groupSeq(ctx context.Context, models []adapt.Source) iter.Seq2[chunk, error] {
	return func(yield func(chunk, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		out, failed := make(chan chunk, 8), error(nil)
		g, ctx := errgroup.WithContext(ctx)
		for _, m := range models {
			g.Go(func() error { return forward(ctx, m, out) })
		}
		go func() {
			defer close(out)
			failed = g.Wait()
		}()
		defer func() {
			cancel()
			for range out { // until it is closed
			}
		}()
		for c := range out {
			if !yield(c, nil) {
				return
			}
		}
		if failed != nil {
			yield(chunk{}, failed)
		}
	}
}

// weightedStreams runs Limit models at a time.
func weightedStreams(c executor.Config) executor.Spec {
	return adapt.StreamChannel(func(ctx context.Context, models []adapt.Source) (<-chan chunk, error) {
		out := make(chan chunk)
		most := int64(max(1, places(len(models), c.Limit)))
		sem := semaphore.NewWeighted(most)
		go func() {
			defer close(out)
			for _, m := range models {
				if sem.Acquire(ctx, 1) != nil {
					break
				}
				go func() {
					defer sem.Release(1)
					report(ctx, m, out)
				}()
			}
			_ = sem.Acquire(context.WithoutCancel(ctx), most) // all have ended
		}()
		return out, nil
	}, chunk.event)
}

// concStream calls each with one answer after the other, while all models answer.
func concStream(ctx context.Context, models []adapt.Source, each func(chunk) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := stream.New().WithMaxGoroutines(len(models) + 1)
	for _, m := range models {
		s.Go(func() stream.Callback {
			answer := collect(ctx, m)
			return func() {
				left := true
				defer func() {
					if left {
						cancel()
					}
				}()
				for _, c := range answer {
					if each(c) != nil {
						return
					}
				}
				left = false
			}
		})
	}
	s.Wait()
	return nil
}

// collect waits for a whole answer, or for its error.
func collect(ctx context.Context, m adapt.Source) (answer []chunk) {
	if ctx.Err() != nil {
		return []chunk{{model: m.ID, err: ctx.Err()}}
	}
	for text, err := range m.Stream(ctx) {
		answer = append(answer, chunk{m.ID, text, err})
	}
	return answer
}

// pooled is an object over a pool.
type pooled struct {
	out    chan chunk
	cancel context.CancelFunc
	ended  chan struct{}
}

func openPool(ctx context.Context, models []adapt.Source) (recv func() (chunk, error), end func() error, err error) {
	o := &pooled{out: make(chan chunk), ended: make(chan struct{})}
	ctx, o.cancel = context.WithCancel(ctx)
	go func() {
		defer close(o.ended)
		defer close(o.out)
		p := pool.New().WithContext(ctx)
		for _, m := range models {
			p.Go(func(ctx context.Context) error {
				report(ctx, m, o.out)
				return nil
			})
		}
		_ = p.Wait()
	}()
	return o.Recv, o.Close, nil
}

// Recv returns io.EOF when all models have ended.
func (o *pooled) Recv() (chunk, error) {
	if c, more := <-o.out; more {
		return c, nil
	}
	return chunk{}, io.EOF
}

// Close waits for all models.
func (o *pooled) Close() error {
	o.cancel()
	<-o.ended
	return nil
}
