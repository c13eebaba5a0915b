package innocents

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// fourWorkers returns the first error, which cancels the other tasks.
func fourWorkers(ctx context.Context, n int, do func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for i := range queue {
				if ctx.Err() != nil {
					continue // the task was sent just before the end
				}
				reporting(cancel, func() error { return do(ctx, i) })
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		select {
		case queue <- i:
		case <-ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}

// errExited is the error of a task that ends its goroutine, as t.FailNow does. Each
// fan-out gives it to a task before the task begins.
var errExited = errors.New("the task ended its goroutine")

// reporting runs a task and reports its error.
func reporting(report func(error), task func() error) {
	err := errExited
	defer func() {
		if err != nil {
			report(err)
		}
	}()
	err = task()
}

// fourPlaces also returns the first error, which cancels the other tasks.
func fourPlaces[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	parent := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	places := make(chan struct{}, 4)
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for _, item := range items {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-places }()
			reporting(func(err error) {
				once.Do(func() { first = err; cancel() })
			}, func() error { return do(ctx, item) })
		})
	}
	wg.Wait()
	if first == nil {
		first = parent.Err()
	}
	return first
}

// inChunks returns all errors. Tasks that it does not start have the context's error.
func inChunks[R any](ctx context.Context, tasks []func(context.Context) (R, error)) ([]R, error) {
	out, errs := make([]R, len(tasks)), make([]error, len(tasks))
	for chunk := range slices.Chunk(indexes(len(tasks)), 3) {
		var wg sync.WaitGroup
		for _, i := range chunk {
			if errs[i] = ctx.Err(); errs[i] == nil {
				errs[i] = errExited
				wg.Go(func() { out[i], errs[i] = tasks[i](ctx) })
			}
		}
		wg.Wait()
	}
	return out, errors.Join(errs...)
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// itsTime is the time of a task of ownTime.
const itsTime = 60 * time.Millisecond

// ownTime ignores the Config: it gives each task a time of its own.
func ownTime(executor.Config) executor.Spec {
	s := adapt.Each(func(ctx context.Context, tasks []adapt.Task, do func(context.Context, adapt.Task) error) error {
		errs := make([]error, len(tasks))
		var wg sync.WaitGroup
		for i, task := range tasks {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(ctx, itsTime)
				defer cancel()
				if errs[i] = ctx.Err(); errs[i] == nil {
					errs[i] = errExited
					errs[i] = do(ctx, task)
				}
			})
		}
		wg.Wait()
		return errors.Join(errs...)
	})
	s.Bounds.AgentTimeout = itsTime
	return s
}
