package taxonomy

import (
	"context"
	"testing"
	"time"
)

// pollOn polls for ever, each time in a new goroutine that the previous one
// started.
func pollOn() {
	go func() {
		time.Sleep(2 * time.Millisecond)
		pollOn()
	}()
}

var timeLeaks = []Case{
	{Name: "sleep-long", Shows: "sleeps for an hour", Want: "sleep", Run: func(testing.TB) {
		go time.Sleep(time.Hour)
	}},
	{Name: "sleep-loop", Shows: "polls for ever", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for {
				time.Sleep(10 * time.Millisecond)
			}
		}()
	}},
	{Name: "poll-replaced", Shows: "polls, each time in a goroutine that the last one started", Want: "taxonomy", Owned: true, Run: func(testing.TB) {
		pollOn()
	}},
	{Name: "retry-for-ever", Shows: "backs off, and never gives up", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
				time.Sleep(wait)
			}
		}()
	}},
	{Name: "ticker-range", Shows: "ranges over a ticker", Want: "taxonomy", Run: func(testing.TB) {
		ticker := time.NewTicker(5 * time.Millisecond)
		go func() {
			for range ticker.C {
			}
		}()
	}},
	{Name: "ticker-stopped", Shows: "Stop does not close the channel", Want: "chan receive", Run: func(testing.TB) {
		ticker := time.NewTicker(time.Millisecond)
		go func() {
			for range ticker.C {
			}
		}()
		ticker.Stop()
	}},
	{Name: "ticker-select", Shows: "a heartbeat whose done was dropped", Want: "taxonomy", Run: func(testing.TB) {
		done := make(chan struct{})
		go func() {
			for tick := time.Tick(5 * time.Millisecond); ; {
				select {
				case <-tick:
				case <-done:
					return
				}
			}
		}()
	}},
	{Name: "after-loop", Shows: "waits for time.After again and again", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for {
				<-time.After(5 * time.Millisecond)
			}
		}()
	}},
	{Name: "timer-far", Shows: "waits for a timer of an hour", Want: "chan receive", Run: func(testing.TB) {
		go func() { <-time.NewTimer(time.Hour).C }()
	}},
	{Name: "timer-stopped", Shows: "waits for a timer that was stopped", Want: "chan receive", Run: func(testing.TB) {
		timer := time.NewTimer(time.Hour)
		timer.Stop()
		go func() { <-timer.C }()
	}},
	{Name: "afterfunc-blocks", Shows: "a timer's function hangs", Want: "chan receive", Run: func(testing.TB) {
		never := make(chan int)
		time.AfterFunc(time.Millisecond, func() { <-never })
		time.Sleep(20 * time.Millisecond)
	}},
	{Name: "rate-limiter", Shows: "fills a bucket for ever", Want: "taxonomy", Run: func(testing.TB) {
		bucket := make(chan struct{}, 1)
		go func() {
			for range time.Tick(time.Millisecond) {
				select {
				case bucket <- struct{}{}:
				default:
				}
			}
		}()
	}},
}

var contextLeaks = []Case{
	{Name: "context-never-cancelled", Shows: "waits for a context whose cancel was dropped", Want: "chan receive", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		_ = cancel
		go func() { <-ctx.Done() }()
	}},
	{Name: "context-background", Shows: "waits for a context that has no end", Want: "chan receive (nil chan)", Run: func(testing.TB) {
		ctx := context.WithValue(context.Background(), key{}, 1)
		go func() { <-ctx.Done() }()
	}},
	{Name: "context-timeout-far", Shows: "waits for a deadline in an hour", Want: "chan receive", Run: func(testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		_ = cancel
		go func() { <-ctx.Done() }()
	}},
	{Name: "context-ignored", Shows: "the context is cancelled, the worker does not look", Want: "chan receive", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		jobs := make(chan int)
		go func(context.Context) {
			for range jobs {
			}
		}(ctx)
	}},
	{Name: "context-own-parent", Shows: "package context watches a parent that is not its own", Want: "context.", Run: func(testing.TB) {
		parent := ownContext{context.Background(), make(chan struct{})}
		_, cancel := context.WithCancel(parent)
		_ = cancel
	}},
	{Name: "context-afterfunc-blocks", Shows: "what context.AfterFunc started hangs", Want: "chan receive", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		never := make(chan int)
		context.AfterFunc(ctx, func() { <-never })
		cancel()
	}},
	{Name: "context-without-cancel", Shows: "WithoutCancel cut the worker off from its end", Want: "chan receive (nil chan)", Run: func(testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() { <-context.WithoutCancel(ctx).Done() }()
	}},
}

type key struct{}

// ownContext is a context that package context does not know.
type ownContext struct {
	context.Context
	done chan struct{}
}

func (c ownContext) Done() <-chan struct{} { return c.done }

func (c ownContext) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}
