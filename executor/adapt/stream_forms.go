package adapt

import (
	"context"
	"errors"
	"iter"

	"github.com/watertight-go/watertight/executor"
)

// StreamChannel is for a fan-out that merges streams into a channel and closes it. event
// returns the step of a stream that a received value is; its error is that of the value's
// agent.
//
// A consumer of a channel cannot say that it leaves. So open gets a context of its own: it
// is cancelled when the consumer leaves, and when the channel was closed. The consumer
// takes nothing any more then, and waits for nothing.
func StreamChannel[T any](
	open func(ctx context.Context, sources []Source) (<-chan T, error),
	event func(T) (executor.Event, error),
) executor.Spec {
	return pushSpec(func(ctx context.Context, s *streaming, tell func(executor.Event, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		values, err := open(ctx, s.sources(ctx))
		if err == nil && values == nil {
			err = errors.New("adapt: StreamChannel: open returned nothing (got a nil channel and a nil error, want one of them)")
		}
		if err != nil {
			tell(executor.Event{}, err)
			return
		}
		for v := range values {
			if !tell(event(v)) {
				return
			}
		}
	})
}

// StreamSeq is for a fan-out that merges streams into an iter.Seq2. An error that it
// yields is that of the value's agent, or belongs to the agents whose errors are in it.
// It gets the caller's context. A consumer that leaves breaks out of its range.
func StreamSeq[T any](
	open func(ctx context.Context, sources []Source) iter.Seq2[T, error],
	event func(T) (executor.Event, error),
) executor.Spec {
	return pushSpec(func(ctx context.Context, s *streaming, tell func(executor.Event, error) bool) {
		for v, err := range open(ctx, s.sources(ctx)) {
			if !tell(reading(event, v, err)) {
				return
			}
		}
	})
}

// pushSpec is for a form whose consumer is called: run calls tell with what the fan-out
// delivers, until it returns false.
func pushSpec(run func(ctx context.Context, s *streaming, tell func(executor.Event, error) bool)) executor.Spec {
	return streamSpec(func(calls adapted) executor.StreamExecutor { return pushing{calls, run} })
}

type pushing struct {
	calls adapted
	run   func(ctx context.Context, s *streaming, tell func(executor.Event, error) bool)
}

// Stream implements executor.StreamExecutor. Each range makes the calls anew.
func (x pushing) Stream(ctx context.Context, input string, agents []*executor.Agent) iter.Seq2[executor.Event, error] {
	return func(yield func(executor.Event, error) bool) {
		s := x.calls.streaming(input, agents)
		d := s.ends()
		stays := true
		x.run(ctx, s, func(e executor.Event, err error) bool {
			d.add(e, err)
			stays = false // the loop's body may panic, or end its goroutine
			stays = d.flush(yield)
			return stays
		})
		if stays {
			d.rest(ctx)
			d.flush(yield)
		}
	}
}

// WithoutTimeouts returns the executor for a fan-out that ends its agents itself.
func (x pushing) WithoutTimeouts() executor.StreamExecutor {
	x.calls.untimed = true
	return x
}
