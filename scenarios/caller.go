package scenarios

import (
	"context"
	"sync/atomic"
	"time"
)

// caller is the context of one call and the moment it was done.
type caller struct {
	ctx  context.Context
	stop context.CancelFunc
	// until is the deadline since the cell's start; zero: none.
	until time.Duration
	// cancelled is when it was cancelled, since the cell's start; zero: not yet.
	cancelled atomic.Int64
}

// newCaller makes the context that the scenario's caller has. The labels stay,
// the end of the cell's own context does not: it would be seen as the caller's.
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
	k.ctx, k.stop = ctx, cancel
	end := func() {
		k.cancelled.CompareAndSwap(0, int64(time.Since(c.start)))
		cancel()
	}
	if c.s.Caller.CancelBefore {
		end()
	} else if d := c.s.Caller.CancelAfter; d > 0 {
		timer := time.AfterFunc(d, end)
		k.stop = func() { timer.Stop(); cancel() }
	}
	return k
}

// foreign is a context with a Done channel of its own, which nobody closes.
type foreign struct {
	context.Context
	done chan struct{}
}

func (f foreign) Done() <-chan struct{} { return f.done }

// doneAt is when the context was done, as far as that was by at; else zero.
// Both are since the cell's start.
func (k *caller) doneAt(at time.Duration) time.Duration {
	for _, d := range []time.Duration{time.Duration(k.cancelled.Load()), k.until} {
		if d > 0 && d <= at {
			return d
		}
	}
	return 0
}
