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

// places returns how many of n tasks may run at the same time.
func places(n, limit int) int {
	if limit == 0 || limit > n {
		return n
	}
	return limit
}

// workers starts workers that take the next task from an atomic index.
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
				_ = task(i) // the answer is recorded already
			}
		})
	}
	wg.Wait()
}

// weighted does not stop when ctx is done: each task must run to record its answer,
// and finds by itself that it may not start.
func weighted(ctx context.Context, n, limit int, task func(int) error) {
	places := semaphore.NewWeighted(int64(max(1, places(n, limit))))
	var wg sync.WaitGroup
	for i := range n {
		if err := places.Acquire(context.WithoutCancel(ctx), 1); err != nil {
			continue // cannot happen: the context is never done
		}
		wg.Go(func() {
			defer places.Release(1)
			_ = task(i)
		})
	}
	wg.Wait()
}

// group does not return the tasks' errors to errgroup, which keeps only the first.
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

// pondPool stops its pool at the end of the call, because an executor has no Close.
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

// antsPool also stops its pool at the end of the call.
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
