// Package mypackage stands for a package of the reader in the documents.
package mypackage

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// ForEach is a fan-out that cancels the other tasks at the first error. A task that ends
// its goroutine with runtime.Goexit is an error.
func ForEach[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Go(func() {
			err := errors.New("mypackage: a task ended its goroutine")
			defer func() {
				if err != nil {
					cancel(err)
				}
			}()
			if ctx.Err() != nil {
				err = ctx.Err()
				return
			}
			err = do(ctx, item)
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// FetchAll returns when all is fetched.
func FetchAll(ctx context.Context, urls []string) {
	var wg sync.WaitGroup
	for range urls {
		wg.Go(func() { _ = ctx.Err() })
	}
	wg.Wait()
}

// Limited is a fan-out that runs at most so many tasks at a time. Zero means all.
type Limited struct{ Most int }

// ForEach cancels the other tasks at the first error.
func (l Limited) ForEach(ctx context.Context, tasks []adapt.Task, do func(context.Context, adapt.Task) error) error {
	g, ctx := errgroup.WithContext(ctx)
	if l.Most > 0 {
		g.SetLimit(l.Most)
	}
	for _, task := range tasks {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(ctx, task)
		})
	}
	return g.Wait()
}

// Page is what Fetch returns for an ID.
type Page struct{ Body string }

// Fetch waits for all pages and returns all errors.
func Fetch(ctx context.Context, ids []string, fetch func(context.Context, string) (*Page, error)) (map[string]*Page, error) {
	var mu sync.Mutex
	pages, errs := map[string]*Page{}, []error(nil)
	p := NewPool()
	for _, id := range ids {
		p.Submit(func() {
			var page *Page
			err := errors.New("mypackage: a task ended its goroutine")
			defer func() {
				mu.Lock()
				defer mu.Unlock()
				if errs = append(errs, err); err == nil {
					pages[id] = page
				}
			}()
			if ctx.Err() != nil {
				err = ctx.Err()
				return
			}
			page, err = fetch(ctx, id)
		})
	}
	p.Wait()
	return pages, errors.Join(errs...)
}

// NewGroup makes a group whose context is done at the first error.
func NewGroup(ctx context.Context) (*errgroup.Group, context.Context) {
	return errgroup.WithContext(ctx)
}

// Pool runs tasks.
type Pool struct{ wg sync.WaitGroup }

// NewPool makes a pool.
func NewPool() *Pool { return &Pool{} }

// Submit starts a task.
func (p *Pool) Submit(task func()) { p.wg.Go(task) }

// Wait waits for all tasks.
func (p *Pool) Wait() { p.wg.Wait() }

// New makes an executor of agents.
func New(runner executor.Runner, timeout time.Duration) executor.ParallelExecutor {
	e, err := executor.New(executor.Config{Runner: runner, AgentTimeout: timeout})
	if err != nil {
		panic(err) // the scenarios give valid configurations
	}
	return e
}
