package taxonomy

import (
	"sync"
	"testing"
	"time"
)

var serviceLeaks = []Case{
	{Name: "pool-never-closed", Shows: "a worker pool without its Close", Want: "chan receive", Run: func(testing.TB) {
		jobs := make(chan func())
		for range 4 {
			go func() {
				for job := range jobs {
					job()
				}
			}()
		}
		done := make(chan int)
		jobs <- func() { close(done) }
		<-done
	}},
	{Name: "producer", Shows: "a generator whose consumer stopped", Want: "chan send", Run: func(testing.TB) {
		numbers := make(chan int)
		go func() {
			for i := 0; ; i++ {
				numbers <- i
			}
		}()
		for n := range numbers {
			if n == 3 {
				break
			}
		}
	}},
	{Name: "pipeline-broken-off", Shows: "three stages, the last one breaks off", Want: "chan send", Run: func(testing.TB) {
		stage := func(in <-chan int) <-chan int {
			out := make(chan int)
			go func() {
				defer close(out)
				for n := range in {
					out <- n + 1
				}
			}()
			return out
		}
		source := make(chan int)
		go func() {
			for i := range 100 {
				source <- i
			}
		}()
		<-stage(stage(source))
	}},
	{Name: "fan-in", Shows: "merges three inputs, one of them never ends", Want: "sync.WaitGroup.Wait", Run: func(testing.TB) {
		out := make(chan int, 9)
		var wg sync.WaitGroup
		for i := range 3 {
			in := make(chan int)
			wg.Go(func() {
				for n := range in {
					out <- n
				}
			})
			if i > 0 {
				close(in)
			}
		}
		go func() {
			wg.Wait()
			close(out)
		}()
	}},
	{Name: "subscriber", Shows: "never unsubscribed from a global bus", Want: "chan receive", Run: func(testing.TB) {
		events := make(chan string)
		keep(&struct{ topic []chan string }{[]chan string{events}})
		go func() {
			for range events {
			}
		}()
	}},
	{Name: "publisher", Shows: "one subscriber left without a word, and holds all others up", Want: "chan send", Run: func(testing.TB) {
		gone, here := make(chan int), make(chan int, 1)
		go func() {
			for _, subscriber := range []chan int{gone, here} {
				subscriber <- 1
			}
		}()
	}},
	{Name: "logger-unflushed", Shows: "an asynchronous logger that nobody closed", Want: "select", Run: func(testing.TB) {
		lines, quit := make(chan string, 8), make(chan struct{})
		go func() {
			for {
				select {
				case <-lines:
				case <-quit:
					return
				}
			}
		}()
		lines <- "started"
	}},
	{Name: "janitor", Shows: "a cache's eviction loop outlives the cache", Want: "taxonomy", Run: func(testing.TB) {
		type cache struct {
			sync.Mutex
			items map[string]time.Time
		}
		c := &cache{items: map[string]time.Time{}}
		go func() {
			for now := range time.Tick(5 * time.Millisecond) {
				c.Lock()
				for name, due := range c.items {
					if now.After(due) {
						delete(c.items, name)
					}
				}
				c.Unlock()
			}
		}()
	}},
	{Name: "respawner", Shows: "a supervisor that starts its worker again and again", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for {
				failed := make(chan int)
				go func() {
					defer close(failed)
					time.Sleep(2 * time.Millisecond)
				}()
				<-failed
			}
		}()
	}},
}
