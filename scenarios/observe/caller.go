package observe

import (
	"context"
	"sync/atomic"
	"time"
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
}

// newCaller makes the context of the scenario's caller. It keeps the labels of
// the cell's context, but not its end, which is not the caller's.
func (c *cell) newCaller(labels context.Context) *caller {
	k := &caller{}
	ctx := context.WithoutCancel(labels)
	if c.s.Caller.Foreign {
		return &caller{ctx: foreign{ctx, make(chan struct{})}, stop: func() {}}
	}
	var cancel context.CancelFunc
	if d := c.s.Caller.Deadline; d > 0 {
		k.until = time.Since(c.start) + d
		ctx, cancel = context.WithDeadline(ctx, c.start.Add(k.until))
	} else {
		ctx, cancel = context.WithCancel(ctx)
	}
	k.ctx, k.stop, k.end = ctx, cancel, cancel
	if c.s.Caller.CancelBefore {
		k.cancel(c.start)
	} else if d := c.s.Caller.CancelAfter; d > 0 {
		timer := time.AfterFunc(d, func() { k.cancel(c.start) })
		k.stop = func() { timer.Stop(); cancel() }
	}
	return k
}

// cancel ends the context and records when, since start.
func (k *caller) cancel(start time.Time) {
	k.cancelled.CompareAndSwap(0, int64(time.Since(start)))
	k.end()
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
