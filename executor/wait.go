package executor

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// await returns when the last agent has returned or the context is done. Agents
// that answer at once have returned after a yield or two. Then nothing has to
// be woken, and the context's channel is never made.
func (c *call) await() {
	for range 2 {
		if c.unsettled.Load() > 0 {
			runtime.Gosched()
		}
	}
	if c.unsettled.Load() == 0 {
		return
	}
	c.waker.use(c.stop)
	if c.unsettled.Load() > 0 {
		<-c.ctx.Done()
	}
}

// noteEnd keeps the context's error if the caller or the time ended the call. A
// failure under FailFast is not kept here: it is among the failures.
func (c *call) noteEnd() {
	switch {
	case c.parent.Err() != nil:
		c.ended = causeOf(c.parent)
	case c.ctx.Err() == context.DeadlineExceeded:
		c.ended = context.DeadlineExceeded
	}
}

// awaitGrace gives agents that are still running when their context is done the
// time Grace to return.
func (c *call) awaitGrace() {
	if c.unsettled.Load() == 0 {
		return
	}
	c.cause = c.contextCause()
	woken := c.waker.channel()
	timer := time.NewTimer(c.r.cfg.Grace)
	defer timer.Stop()
	for c.unsettled.Load() > 0 {
		select {
		case <-woken:
		case <-timer.C:
			return
		}
	}
}

// contextCause is why the agents' context is done. Under FailFast it holds the
// first failure.
func (c *call) contextCause() error {
	cause := causeOf(c.ctx)
	if first := c.firstFailure.Load(); first != nil && cause == context.Canceled {
		return fmt.Errorf("%w: %w", cause, first)
	}
	return cause
}

// causeOf is the context's error, joined with its cause if that is another.
func causeOf(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	switch {
	case cause == nil || cause == err:
		return err
	case errors.Is(cause, err):
		return cause
	default:
		return fmt.Errorf("%w: %w", err, cause)
	}
}

// waker wakes the caller's goroutine. The caller says how it wants to be woken,
// and checks for work only after that. So it misses nothing:
//
//	agent's goroutine            caller
//	-----------------            ------
//	counts down                  use(how)
//	wake: loads how              loads the count, waits if it is not zero
//
// Whichever way these interleave, the agent sees how or the caller sees the count.
type waker struct{ how atomic.Pointer[func()] }

func (w *waker) use(how func()) { w.how.Store(&how) }

func (w *waker) wake() {
	if how := w.how.Load(); how != nil {
		(*how)()
	}
}

// channel returns a channel that receives after each wake. It holds one value:
// several wakes may arrive as one.
func (w *waker) channel() <-chan struct{} {
	woken := make(chan struct{}, 1)
	w.use(func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	})
	return woken
}
