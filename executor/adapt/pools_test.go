package adapt_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// joining is a pool that returns all errors.
type joining struct {
	wg   sync.WaitGroup
	mu   sync.Mutex
	errs []error
}

func (g *joining) Submit(task func() error) {
	g.wg.Go(func() {
		if err := task(); err != nil {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.errs = append(g.errs, err)
		}
	})
}

func (g *joining) Wait() error {
	g.wg.Wait()
	return errors.Join(g.errs...)
}

// forgetful does not wait.
type forgetful struct{}

func (forgetful) Go(task func() error) { go func() { _ = task() }() }
func (forgetful) Submit(task func())   { go task() }
func (forgetful) Wait() error          { return nil }

// silent drops errors.
type silent struct{ sync.WaitGroup }

func (g *silent) Go(task func() error) { g.WaitGroup.Go(func() { _ = task() }) }
func (g *silent) Wait() error          { g.WaitGroup.Wait(); return nil }

// forgetsContext is a pool whose tasks do not get the caller's context.
func forgetsContext() (func(func(context.Context) error), func() error) {
	g := &joining{}
	return func(task func(context.Context) error) {
		g.Submit(func() error { return task(context.Background()) })
	}, g.Wait
}

// forgetsCancel makes a context for each task and cancels none.
func forgetsCancel(ctx context.Context, n int, do func(context.Context, int) error) (err error) {
	for i := range n {
		ctx, cancel := keepCancel(context.WithTimeout(ctx, time.Hour))
		defer cancel()
		err = errors.Join(err, do(ctx, i))
	}
	return err
}

// firstErrorOnly stops to receive at the first error, so that its tasks cannot send.
func firstErrorOnly(ctx context.Context, ids []string, get func(context.Context, string) (string, error)) <-chan page {
	pages, out := make(chan page), make(chan page, len(ids))
	for _, id := range ids {
		go func() {
			body, err := get(ctx, id)
			pages <- page{body, err}
		}()
	}
	go func() {
		defer close(out)
		for range ids {
			p := <-pages
			out <- p
			if p.err != nil {
				return
			}
		}
	}()
	return out
}

// saysItTimes declares that it ends its tasks itself, and does not.
func saysItTimes(c executor.Config) executor.Spec {
	s := adapt.Values(waitAll, same, same)
	s.Bounds.AgentTimeout = c.AgentTimeout
	return s
}
