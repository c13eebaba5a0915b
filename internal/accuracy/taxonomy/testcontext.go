package taxonomy

import (
	"context"
	"testing"
)

// contextRoundLeaks end only with the test's own context, which production has not.
var contextRoundLeaks = []Case{
	{Name: "ends-with-test-context", Shows: "a goroutine that only t.Context() ends", Want: "goroutines", Run: func(t testing.TB) {
		ctx := t.Context()
		go func() { <-ctx.Done() }()
	}},
	{Name: "ends-with-child-of-test-context", Shows: "a child of t.Context() that only its parent ends", Want: "goroutines", Run: func(t testing.TB) {
		go func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			<-ctx.Done()
		}(t.Context())
	}},
}

// contextRoundInnocents end what they start, or have cleanups that wait for it.
var contextRoundInnocents = []Case{
	{Name: "cleanup-awaits-test-context", Shows: "a cleanup waits for what ends with t.Context(), as package testing documents", Run: func(t testing.TB) {
		ctx, ended := t.Context(), make(chan struct{})
		go func() { defer close(ended); <-ctx.Done() }()
		t.Cleanup(func() { <-ended })
	}},
	{Name: "own-context-cancelled", Shows: "a context of the code's own below t.Context(), cancelled", Run: func(t testing.TB) {
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		go func() { <-ctx.Done() }()
	}},
}
