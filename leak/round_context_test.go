package leak_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// onlyGoroutines judges nothing else, so that tests may run beside others.
var onlyGoroutines = leak.Options{Settle: brief, Plan: leak.Plan{Judge: leak.Resources{Goroutines: true}}}

// TestContextOfRounds: what ends only with the test's context is a leak in rounds, and none
// for Check, since package testing ends the context before its cleanups run.
func TestContextOfRounds(t *testing.T) {
	for name, start := range map[string]func(ctx context.Context){
		"waits for it":         func(ctx context.Context) { go func() { <-ctx.Done() }() },
		"waits for a child":    func(ctx context.Context) { go waitForChild(ctx) },
		"one of a select":      func(ctx context.Context) { go receiveUntil(ctx, make(chan int)) },
		"an AfterFunc at last": func(ctx context.Context) { go func() { waitAfterFunc(ctx) }() },
	} {
		t.Run(name, func(t *testing.T) {
			fake := repeat(t, func(t testing.TB) { start(t.Context()) }, onlyGoroutines)
			require.Len(t, fake.failures, 1)
			require.Contains(t, fake.failures[0], "goroutines leak:")
			require.Contains(t, fake.failures[0], "of these ended with the round's t.Context()")
			t.Run("check", func(t *testing.T) {
				leak.Check(t)
				start(t.Context())
			})
		})
	}
}

func waitForChild(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	<-ctx.Done()
}

func receiveUntil(ctx context.Context, c chan int) {
	select {
	case <-c:
	case <-ctx.Done():
	}
}

func waitAfterFunc(ctx context.Context) {
	var done sync.WaitGroup
	done.Add(1)
	context.AfterFunc(ctx, done.Done)
	done.Wait()
}

// TestContextOfRoundsInnocent: code that ends what it starts by a context of its own, and
// cleanups that wait for what ends with the test's context, as package testing documents.
func TestContextOfRoundsInnocent(t *testing.T) {
	for name, run := range map[string]func(t testing.TB){
		"cancelled by the code": func(t testing.TB) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() { <-ctx.Done() }()
		},
		"cancelled in a cleanup": func(t testing.TB) {
			ctx, cancel := context.WithCancel(t.Context())
			t.Cleanup(cancel)
			go func() { <-ctx.Done() }()
		},
		"a cleanup waits for it": func(t testing.TB) {
			ended := make(chan bool)
			go func() { defer close(ended); <-t.Context().Done() }()
			t.Cleanup(func() { <-ended })
		},
		"a cleanup ends the goroutine": func(t testing.TB) {
			quit := make(chan bool)
			go func() { <-quit }()
			t.Cleanup(func() { close(quit) })
			t.Cleanup(func() { require.NoError(t, t.Context().Err()) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake := repeat(t, run, onlyGoroutines)
			require.Empty(t, fake.failures)
		})
	}
}

// TestContextOfRoundsHeap: the contexts of the rounds do not look like heap that grows.
func TestContextOfRoundsHeap(t *testing.T) {
	if !apart(t) {
		return
	}
	leak.Repeat(t, func(t testing.TB) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		done := make(chan bool)
		go func() { <-ctx.Done(); close(done) }()
		cancel()
		<-done
		<-time.After(time.Microsecond)
	})
}

// TestContextOfRoundsSlowCleanup: a cleanup that takes long for another reason ends the context
// of its round alone. A leak is still found.
func TestContextOfRoundsSlowCleanup(t *testing.T) {
	first := true
	fake := repeat(t, func(t testing.TB) {
		ctx := t.Context()
		go func() { <-ctx.Done() }()
		t.Cleanup(func() {
			if first {
				<-ctx.Done()
				time.Sleep(250 * time.Millisecond)
			}
			first = false
		})
	}, onlyGoroutines)
	require.Len(t, fake.failures, 1)
}
