package innocents

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// places is the limit as a number of places for n tasks.
func places(n, limit int) int {
	if limit == 0 || limit > n {
		return n
	}
	return limit
}

// workers take the next task from an atomic index.
func workers(_ context.Context, n, limit int, task func(int) error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range places(n, limit) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				_ = task(i) // it was booked
			}
		})
	}
	wg.Wait()
}

// weighted acquires without looking at ctx: a task that may no longer start
// finds out by itself, and must be booked.
func weighted(ctx context.Context, n, limit int, task func(int) error) {
	places := semaphore.NewWeighted(int64(max(1, places(n, limit))))
	var wg sync.WaitGroup
	for i := range n {
		if err := places.Acquire(context.WithoutCancel(ctx), 1); err != nil {
			continue // it cannot be: the context never ends
		}
		wg.Go(func() {
			defer places.Release(1)
			_ = task(i)
		})
	}
	wg.Wait()
}

// group hides the tasks' errors from errgroup, which would only keep the first.
func group(_ context.Context, n, limit int, task func(int) error) {
	var g errgroup.Group
	if limit > 0 {
		g.SetLimit(limit)
	}
	for i := range n {
		g.Go(func() error {
			_ = task(i)
			return nil
		})
	}
	_ = g.Wait()
}

func concPool(_ context.Context, n, limit int, task func(int) error) {
	p := pool.New()
	if limit > 0 {
		p = p.WithMaxGoroutines(limit)
	}
	for i := range n {
		p.Go(func() { _ = task(i) })
	}
	p.Wait()
}

// pondPool ends its pool with the call: an executor has no Close.
func pondPool(_ context.Context, n, limit int, task func(int) error) {
	if n == 0 {
		return
	}
	p := pond.NewPool(places(n, limit))
	defer p.StopAndWait()
	g := p.NewGroup()
	for i := range n {
		g.Submit(func() { _ = task(i) })
	}
	_ = g.Wait()
}

// antsPool ends its pool with the call, too.
func antsPool(_ context.Context, n, limit int, task func(int) error) {
	if n == 0 {
		return
	}
	p, err := ants.NewPool(places(n, limit))
	if err != nil {
		return
	}
	defer p.Release()
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		if err := p.Submit(func() {
			defer wg.Done()
			_ = task(i)
		}); err != nil {
			wg.Done()
		}
	}
	wg.Wait()
}
