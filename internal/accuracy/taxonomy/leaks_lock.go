package taxonomy

import (
	"runtime"
	"sync"
	"testing"
)

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
