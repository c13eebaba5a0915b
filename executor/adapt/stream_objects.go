package adapt

import (
	"context"
	"io"

	"github.com/watertight-go/watertight/executor"
)

// StreamReader is for a fan-out that returns an object with Recv, Next or Read, and
// Close. open makes the object for one call and returns its methods:
//
//	adapt.StreamReader(func(ctx context.Context, sources []adapt.Source) (func() (mypackage.Chunk, error), func() error, error) {
//		m, err := mypackage.Merge(ctx, clients(sources))
//		if err != nil {
//			return nil, nil, err
//		}
//		return m.Recv, m.Close, nil
//	}, event)
//
// next returns io.EOF at the end of the stream. Another error ends it, too, and belongs
// to the agents whose errors are in it. The error of an agent whose end is not the end of
// all comes with a value, from event.
//
// The consumer calls close when it leaves, and also after the end. What close returns is
// not looked at. An object that only its context ends has the context's cancel as close.
func StreamReader[T any, C func() | func() error](
	open func(ctx context.Context, sources []Source) (next func() (T, error), close C, err error),
	event func(T) (executor.Event, error),
) executor.Spec {
	return pullSpec(func(ctx context.Context, s *streaming) (object, error) {
		next, end, err := open(ctx, s.sources(ctx))
		if err != nil {
			return object{}, err
		}
		return object{
			next: func() (executor.Event, error, error) {
				v, err := next()
				if err != nil {
					return executor.Event{}, nil, err
				}
				e, failed := event(v)
				return e, failed, nil
			},
			close: func() { _ = callAny(end) },
		}, nil
	})
}

// StreamCursor is for a fan-out that returns an object with Next, Current, Err and Close:
// after Next has returned true, Current is the next value; after false, Err is why. Such
// an error belongs to the agents whose errors are in it. The consumer calls Close when it
// leaves, and also after the end. What Close returns is not looked at.
func StreamCursor[T any, C interface {
	Next() bool
	Current() T
	Err() error
	Close() error
}](open func(ctx context.Context, sources []Source) (C, error), event func(T) (executor.Event, error)) executor.Spec {
	return pullSpec(func(ctx context.Context, s *streaming) (object, error) {
		c, err := open(ctx, s.sources(ctx))
		if err != nil {
			return object{}, err
		}
		return object{
			next: func() (executor.Event, error, error) {
				if c.Next() {
					e, failed := event(c.Current())
					return e, failed, nil
				}
				if err := c.Err(); err != nil {
					return executor.Event{}, nil, err
				}
				return executor.Event{}, nil, io.EOF
			},
			close: func() { _ = c.Close() },
		}, nil
	})
}

// object is an open stream.
type object struct {
	// next returns the step that the next value is, or why the stream has ended.
	next func() (e executor.Event, failed, ended error)
	// close may be called several times.
	close func()
}

// pullSpec is for a form whose consumer asks for each value.
func pullSpec(open func(ctx context.Context, s *streaming) (object, error)) executor.Spec {
	return streamSpec(func(calls adapted) executor.StreamExecutor { return pulling{calls, open} })
}
