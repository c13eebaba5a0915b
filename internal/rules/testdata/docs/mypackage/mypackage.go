// Package mypackage stands for a package of the reader in the documents.
package mypackage

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
)

// ForEach is a fan-out that starts all tasks, and cancels them at the first
// error.
func ForEach[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, item := range items {
		g.Go(func() error { return do(ctx, item) })
	}
	return g.Wait()
}

// FetchAll returns when all is fetched.
func FetchAll(ctx context.Context, urls []string) {
	var wg sync.WaitGroup
	for range urls {
		wg.Go(func() { _ = ctx.Err() })
	}
	wg.Wait()
}

// New makes an executor of agents.
func New(runner executor.Runner, timeout time.Duration) executor.ParallelExecutor {
	e, err := executor.New(executor.Config{Runner: runner, AgentTimeout: timeout})
	if err != nil {
		panic(err) // the scenarios give valid configurations
	}
	return e
}
