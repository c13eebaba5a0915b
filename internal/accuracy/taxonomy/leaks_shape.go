package taxonomy

import (
	"iter"
	"maps"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var shapeLeaks = []Case{
	{Name: "chain", Shows: "each of fifty holds what the next one waits for", Want: "chan receive", Run: func(testing.TB) {
		next := make(chan int)
		for range 50 {
			before, after := next, make(chan int)
			go func() {
				<-before
				close(after)
			}()
			next = after
		}
	}},
	{Name: "grandchildren", Shows: "children of children of children", Want: "chan receive", Run: func(testing.TB) {
		var born sync.WaitGroup
		born.Add(3)
		never := make(chan int)
		go func() {
			born.Done()
			go func() {
				born.Done()
				go func() {
					born.Done()
					<-never
				}()
			}()
		}()
		born.Wait()
	}},
	{Name: "late-child", Shows: "a slow one that ends starts one that does not", Want: "chan receive", Run: func(testing.TB) {
		go func() {
			time.Sleep(300 * time.Millisecond)
			go func() { <-make(chan int) }()
		}()
	}},
	{Name: "one-ends-one-leaks", Shows: "as many goroutines as before", Want: "chan receive", Before: func(testing.TB) {
		go func() { <-passing }()
	}, Run: func(testing.TB) {
		close(passing)
		go func() { <-make(chan int) }()
	}},
	{Name: "among-many", Shows: "one of two thousand does not end", Want: "chan receive", Run: func(testing.TB) {
		var wg sync.WaitGroup
		for range 2000 {
			wg.Go(func() { sink.Add(1) })
		}
		go func() { <-make(chan int) }()
		wg.Wait()
	}},
	{Name: "crowd", Shows: "ten thousand", Want: "chan receive", Run: func(testing.TB) {
		never := make(chan int)
		for range 10_000 {
			go func() { <-never }()
		}
	}},
	{Name: "talk-for-ever", Shows: "two talk to each other and never stop", Want: "taxonomy", Run: func(testing.TB) {
		ping, pong := make(chan time.Duration), make(chan time.Duration)
		go func() {
			for {
				ping <- <-pong
			}
		}()
		go func() {
			for {
				pong <- 1
				time.Sleep(<-ping * time.Millisecond)
			}
		}()
	}},
	{Name: "iter-pull", Shows: "an iterator pulled and never stopped", Want: "coroutine", Run: func(testing.TB) {
		next, _ := iter.Pull(maps.Keys(map[int]int{1: 1, 2: 2, 3: 3}))
		next()
	}},
	{Name: "iter-pull2", Shows: "the same in pairs, and still held", Want: "coroutine", Run: func(testing.TB) {
		next, stop := iter.Pull2(maps.All(map[int]int{1: 1, 2: 2, 3: 3}))
		next()
		keep(stop)
	}},
	{Name: "busy-loop", Shows: "computes for ever", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for {
				sink.Add(1)
			}
		}()
	}},
	{Name: "yield-loop", Shows: "waits for a flag by yielding", Want: "taxonomy", Run: func(testing.TB) {
		stop := keep(new(atomic.Bool))
		go func() {
			for !stop.Load() {
				runtime.Gosched()
			}
		}()
	}},
	{Name: "locked-thread", Shows: "wired to a thread, waiting", Want: "chan receive", Run: func(testing.TB) {
		go func() {
			runtime.LockOSThread()
			<-make(chan int)
		}()
	}},
}

// passing ends the goroutine that was started before the test.
var passing = make(chan int)
