package observe

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/mocks"
)

// caller is the context of one call, and the moment at which it was done.
type caller struct {
	ctx context.Context
	// stop releases everything when the call is over; end ends ctx.
	stop, end context.CancelFunc
	// until is the deadline, since the start of the cell; zero: none.
	until time.Duration
	// cancelled is when it was cancelled, since the start of the cell; zero: not yet.
	cancelled atomic.Int64
	// ended is closed when the cancellation has reached all contexts derived from ctx.
	ended chan struct{}
}

// newCaller makes the context of the caller of a request. It keeps the labels of
// the cell's context, but not its end, which is not the caller's.
func (c *cell) newCaller(labels context.Context, request int) *caller {
	does := c.s.CallerOf(request)
	ctx := mocks.WithCaller(context.WithoutCancel(labels), nameOf(request))
	if does.Foreign {
		return &caller{ctx: foreign{ctx, make(chan struct{})}, stop: func() {}}
	}
	k := &caller{ended: make(chan struct{})}
	var cancel context.CancelFunc
	switch {
	case does.Deadline > 0:
		k.until = time.Since(c.start) + does.Deadline
		ctx, cancel = context.WithDeadline(ctx, c.start.Add(k.until))
	case does.Cause != "":
		ctx, cancel = withCause(ctx, does.Cause)
	default:
		ctx, cancel = context.WithCancel(ctx)
	}
	k.ctx, k.stop, k.end = ctx, cancel, cancel
	if does.CancelBefore {
		k.cancel(c.start)
	} else if d := does.CancelAfter; d > 0 {
		timer := time.AfterFunc(d, func() { k.cancel(c.start) })
		k.stop = func() { timer.Stop(); cancel() }
	}
	return k
}

// withCause is context.WithCancel with a cause.
func withCause(ctx context.Context, cause string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	return ctx, func() { cancel(errors.New(cause)) }
}

// cancel ends the context and records when, since start. It returns when all
// contexts derived from ctx are done.
func (k *caller) cancel(start time.Time) {
	k.cancelled.CompareAndSwap(0, int64(time.Since(start)))
	k.end()
	close(k.ended)
}

// foreign is a context with a Done channel of its own, which is never closed.
type foreign struct {
	context.Context
	done chan struct{}
}

func (f foreign) Done() <-chan struct{} { return f.done }

// doneAt is when the context was done, or zero where it was not done by at. Both
// are since the start of the cell.
func (k *caller) doneAt(at time.Duration) time.Duration {
	for _, d := range []time.Duration{time.Duration(k.cancelled.Load()), k.until} {
		if d > 0 && d <= at {
			return d
		}
	}
	return 0
}
