package adapt

import (
	"context"
	"errors"

	"github.com/watertight-go/watertight/executor"
)

// errLeft is what a callback returns.
var errLeft = errors.New("adapt: the consumer has left the stream")

// StreamCallback is for a fan-out that calls a function with each value and returns when
// all streams have ended. The callback returns an error, or false, once the consumer has
// left. Where it returns nothing, run gets a context of its own, which is cancelled then.
// The error of run belongs to the agents whose errors are in it.
//
// The callback may be called on any goroutine, and runs the consumer there. One call
// waits for the other, or for the end of the context.
func StreamCallback[T any, E func(T) error | func(T) bool | func(T)](
	run func(ctx context.Context, sources []Source, each E) error,
	event func(T) (executor.Event, error),
) executor.Spec {
	return pushSpec(func(ctx context.Context, s *streaming, tell func(executor.Event, error) bool) {
		k := &callback{ctx: ctx, turn: make(chan struct{}, 1), tell: tell}
		var each E
		switch f := any(&each).(type) {
		case *func(T) error:
			*f = func(v T) error { return k.call(event(v)) }
		case *func(T) bool:
			*f = func(v T) bool { return k.call(event(v)) == nil }
		case *func(T):
			own, cancel := context.WithCancel(ctx)
			defer cancel()
			ctx, k.ctx = own, own
			*f = func(v T) {
				if k.call(event(v)) != nil {
					cancel()
				}
			}
		}
		k.end(run(ctx, s.sources(ctx), each))
	})
}

// callback runs the consumer.
type callback struct {
	ctx  context.Context
	tell func(executor.Event, error) bool
	// turn has the place of one call. A call that waits for a mutex would keep virtual
	// time from passing.
	turn chan struct{}
	// left: the consumer takes nothing any more. The turn guards it.
	left bool
}

func (k *callback) call(e executor.Event, err error) error {
	select {
	case k.turn <- struct{}{}:
	default:
		select {
		case k.turn <- struct{}{}:
		case <-k.ctx.Done():
			return k.ctx.Err()
		}
	}
	defer func() { <-k.turn }()
	if k.left {
		return errLeft
	}
	k.left = true // unless tell returns: the consumer may panic
	if !k.tell(e, err) {
		return errLeft
	}
	k.left = false
	return nil
}

// end notes that run has returned. Later calls are refused.
func (k *callback) end(err error) {
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	if err != nil && !k.left {
		k.tell(executor.Event{}, err)
	}
	k.left = true
}
