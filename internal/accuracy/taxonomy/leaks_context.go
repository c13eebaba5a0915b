package taxonomy

import (
	"context"
	"testing"
	"time"
)

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
