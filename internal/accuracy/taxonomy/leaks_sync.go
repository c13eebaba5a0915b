package taxonomy

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

var syncLeaks = []Case{
	{Name: "waitgroup-done-missing", Shows: "one path has no Done", Want: "sync.WaitGroup.Wait", Run: func(testing.TB) {
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Add(1)
			go func() {
				if i > 0 {
					wg.Done()
				}
			}()
		}
		go func() { wg.Wait() }()
	}},
	{Name: "waitgroup-goexit", Shows: "Goexit skips a Done that is not deferred", Want: "sync.WaitGroup.Wait", Run: func(testing.TB) {
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			runtime.Goexit()
			wg.Done()
		}()
		go func() { wg.Wait() }()
	}},
	{Name: "waitgroup-closer", Shows: "closes the results when all are done, and they never are", Want: "sync.WaitGroup.Wait", Run: func(testing.TB) {
		var wg sync.WaitGroup
		results := make(chan int)
		for i := range 2 {
			wg.Go(func() { results <- i })
		}
		go func() {
			wg.Wait()
			close(results)
		}()
		<-results
	}},
	{Name: "once-stuck", Shows: "sync.Once whose function hangs, and who waits for it", Want: "sync.Mutex.Lock", Run: func(testing.TB) {
		var once sync.Once
		never, entered := make(chan int), make(chan int)
		go once.Do(func() { close(entered); <-never })
		<-entered
		go once.Do(func() {})
	}},
	{Name: "oncevalue-stuck", Shows: "sync.OnceValue that waits for its own answer", Want: "chan receive", Run: func(testing.TB) {
		ready := make(chan int)
		config := sync.OnceValue(func() int { return <-ready })
		go func() { ready <- config() }()
	}},
	{Name: "semaphore-channel", Shows: "a slot is never given back", Want: "chan send", Run: func(testing.TB) {
		slots := make(chan struct{}, 2)
		for range 3 {
			go func() { slots <- struct{}{} }() // the receive was forgotten
		}
	}},
	{Name: "semaphore-weighted", Shows: "x/sync/semaphore, acquired without a deadline", Want: "semaphore", Run: func(testing.TB) {
		s := semaphore.NewWeighted(1)
		_ = s.TryAcquire(1)
		go func() { _ = s.Acquire(context.Background(), 1) }()
	}},
	{Name: "errgroup-ignores", Shows: "a task ignores the group's context", Want: "errgroup", Run: func(testing.TB) {
		g, ctx := errgroup.WithContext(context.Background())
		never := make(chan int)
		g.Go(func() error { <-never; return nil })
		g.Go(func() error { <-ctx.Done(); return ctx.Err() })
		go func() { _ = g.Wait() }()
	}},
	{Name: "errgroup-limit", Shows: "Go waits for a slot that a hung task has", Want: "chan send", Run: func(testing.TB) {
		var g errgroup.Group
		g.SetLimit(1)
		never := make(chan int)
		g.Go(func() error { <-never; return nil })
		go g.Go(func() error { return nil })
	}},
	{Name: "singleflight-stuck", Shows: "all callers of one key wait for one that hangs", Want: "singleflight", Run: func(testing.TB) {
		var group singleflight.Group
		never := make(chan int)
		for range 3 {
			go func() { _, _, _ = group.Do("key", func() (any, error) { return <-never, nil }) }()
		}
	}},
	{Name: "barrier-short", Shows: "a barrier for three, two came", Want: "sync.Cond.Wait", Run: func(testing.TB) {
		cond, here := sync.NewCond(&sync.Mutex{}), 0
		for range 2 {
			go func() {
				cond.L.Lock()
				defer cond.L.Unlock()
				here++
				for here < 3 {
					cond.Wait()
				}
				cond.Broadcast()
			}()
		}
	}},
}

var lockLeaks = []Case{
	{Name: "mutex-unlock-forgotten", Shows: "an early return kept the lock", Want: "sync.Mutex.Lock", Run: func(testing.TB) {
		var mu sync.Mutex
		mu.Lock()
		go func() { mu.Lock() }()
	}},
	{Name: "mutex-twice", Shows: "locks what it has locked", Want: "sync.Mutex.Lock", Run: func(testing.TB) {
		go func() {
			var mu sync.Mutex
			mu.Lock()
			mu.Lock()
		}()
	}},
	{Name: "mutex-ab-ba", Shows: "two locks taken in two orders", Want: "sync.Mutex.Lock", Run: func(testing.TB) {
		var a, b sync.Mutex
		var both sync.WaitGroup
		both.Add(2)
		take := func(first, second *sync.Mutex) {
			first.Lock()
			both.Done()
			both.Wait()
			second.Lock()
		}
		go take(&a, &b)
		go take(&b, &a)
	}},
	{Name: "mutex-reachable", Shows: "the program still holds the lock's owner", Want: "sync.Mutex.Lock", Run: func(testing.TB) {
		cache := keep(&struct {
			sync.Mutex
			m map[string]int
		}{})
		cache.Lock()
		go func() { cache.Lock(); cache.m = nil }()
	}},
	{Name: "mutex-panic-recovered", Shows: "a recovered panic kept the lock", Want: "sync.Mutex.Lock", Run: func(testing.TB) {
		var mu sync.Mutex
		func() {
			defer func() { _ = recover() }()
			mu.Lock()
			panic("in the critical section")
		}()
		go func() { mu.Lock() }()
	}},
	{Name: "rwmutex-writer", Shows: "a reader never let go", Want: "sync.RWMutex.Lock", Run: func(testing.TB) {
		var mu sync.RWMutex
		mu.RLock()
		go func() { mu.Lock() }()
	}},
	{Name: "rwmutex-reader", Shows: "a writer never let go", Want: "sync.RWMutex.RLock", Run: func(testing.TB) {
		var mu sync.RWMutex
		mu.Lock()
		go func() { mu.RLock() }()
	}},
	{Name: "rwmutex-read-twice", Shows: "a writer came between a read and its repetition", Want: "sync.RWMutex.RLock", Run: func(testing.TB) {
		var mu sync.RWMutex
		go func() {
			mu.RLock()
			go func() { mu.Lock() }()
			for mu.TryRLock() { // until the writer waits
				mu.RUnlock()
				runtime.Gosched()
			}
			mu.RLock()
		}()
	}},
	{Name: "cond-signal-missed", Shows: "the signal came before the wait", Want: "sync.Cond.Wait", Run: func(testing.TB) {
		cond := sync.NewCond(&sync.Mutex{})
		cond.Signal()
		go func() {
			cond.L.Lock()
			cond.Wait()
			cond.L.Unlock()
		}()
	}},
	{Name: "cond-one-signal", Shows: "three wait, one is signalled", Want: "sync.Cond.Wait", Run: func(testing.TB) {
		cond := sync.NewCond(&sync.Mutex{})
		var waiting sync.WaitGroup
		for range 3 {
			waiting.Add(1)
			go func() {
				cond.L.Lock()
				waiting.Done()
				cond.Wait()
				cond.L.Unlock()
			}()
		}
		waiting.Wait()
		cond.L.Lock()
		cond.Signal()
		cond.L.Unlock()
	}},
}
