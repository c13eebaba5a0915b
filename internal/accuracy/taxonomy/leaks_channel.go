package taxonomy

import (
	"context"
	"errors"
	"testing"
	"time"
)

var channelLeaks = []Case{
	{Name: "send-dropped", Shows: "the receiver returned early", Want: "chan send", Run: func(testing.TB) {
		results := make(chan int)
		for i := range 3 {
			go func(results chan<- int) {
				answer := i * i
				results <- answer
			}(results)
		}
		<-results
	}},
	{Name: "send-after-timeout", Shows: "the caller gave up, the answer has no buffer", Want: "chan send", Run: func(testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		answer := make(chan int)
		go func() {
			<-ctx.Done()
			answer <- 1
		}()
		select {
		case <-answer:
		case <-ctx.Done():
		}
	}},
	{Name: "send-in-place", Shows: "sends a captured variable, which the leak profile misses", Want: "chan send", Run: func(testing.TB) {
		out := make(chan int)
		for i := range 3 {
			go func() { out <- i }()
		}
		<-out
	}},
	{Name: "send-reachable", Shows: "to a channel that the program still holds", Want: "chan send", Run: func(testing.TB) {
		out := keep(make(chan string))
		go func() { out <- "event" }()
	}},
	{Name: "send-full-buffer", Shows: "a buffer of two, three to send", Want: "chan send", Run: func(testing.TB) {
		out := make(chan int, 2)
		go func() {
			for i := range 3 {
				out <- i
			}
		}()
	}},
	{Name: "send-twice", Shows: "no return after the error was sent", Want: "chan send", Run: func(testing.TB) {
		done := make(chan error)
		go func() {
			err := errors.New("failed")
			if err != nil {
				done <- err
			}
			done <- nil
		}()
		<-done
	}},
	{Name: "send-struct-to-nil", Shows: "a channel field that nobody made", Want: "chan send (nil chan)", Run: func(testing.TB) {
		var server struct{ events chan int }
		go func() { server.events <- 1 }()
	}},
	{Name: "receive-dropped", Shows: "nobody sends any more", Want: "chan receive", Run: func(testing.TB) {
		in := make(chan int)
		go func() { <-in }()
	}},
	{Name: "receive-reachable", Shows: "from a channel that the program still holds", Want: "chan receive", Run: func(testing.TB) {
		in := keep(make(chan int))
		go func() { <-in }()
	}},
	{Name: "receive-nil", Shows: "a nil channel", Want: "chan receive (nil chan)", Run: func(testing.TB) {
		var in chan int
		go func() { <-in }()
	}},
	{Name: "range-unclosed", Shows: "ranges over a channel that nobody closes", Want: "chan receive", Run: func(testing.TB) {
		jobs := make(chan int)
		go func() {
			for range jobs {
			}
		}()
		for i := range 3 {
			jobs <- i
		}
	}},
	{Name: "range-nil", Shows: "ranges over a nil channel", Want: "chan receive (nil chan)", Run: func(testing.TB) {
		var jobs chan int
		go func() {
			for range jobs {
			}
		}()
	}},
	{Name: "reply-never-read", Shows: "an actor answers one who has left", Want: "chan send", Run: func(testing.TB) {
		type request struct{ reply chan int }
		requests := make(chan request)
		go func() {
			for r := range requests {
				r.reply <- 1
			}
		}()
		requests <- request{make(chan int)}
		close(requests)
	}},
	{Name: "mapped-channels", Shows: "each waits on its own channel in a map", Want: "chan receive", Run: func(testing.TB) {
		waiters := keep(map[string]chan int{})
		for _, name := range []string{"a", "b", "c"} {
			in := make(chan int)
			waiters[name] = in
			go func() { <-in }()
		}
	}},
}

var selectLeaks = []Case{
	{Name: "select-empty", Shows: "select {}", Want: "select (no cases)", Run: func(testing.TB) {
		go func() { select {} }()
	}},
	{Name: "select-unserved", Shows: "two channels, neither is served", Want: "select", Run: func(testing.TB) {
		a, b := make(chan int), make(chan int)
		go func() {
			select {
			case <-a:
			case b <- 1:
			}
		}()
	}},
	{Name: "select-all-nil", Shows: "every case is a nil channel", Want: "select", Run: func(testing.TB) {
		var a, b chan int
		go func() {
			select {
			case <-a:
			case <-b:
			}
		}()
	}},
	{Name: "select-done-never", Shows: "the worker's done is never closed", Want: "select", Run: func(testing.TB) {
		in, done := make(chan int), make(chan struct{})
		go func() {
			for {
				select {
				case <-in:
				case <-done:
					return
				}
			}
		}()
		in <- 1
	}},
	{Name: "select-reachable", Shows: "on channels that the program still holds", Want: "select", Run: func(testing.TB) {
		in, done := keep(make(chan int)), keep(make(chan struct{}))
		go func() {
			select {
			case <-in:
			case <-done:
			}
		}()
	}},
	{Name: "select-sets-nil", Shows: "closes its inputs one by one, and waits on none", Want: "select", Run: func(testing.TB) {
		a, b := make(chan int), make(chan int)
		close(a)
		close(b)
		go func() {
			for { // the check that both are nil was forgotten
				select {
				case _, ok := <-a:
					if !ok {
						a = nil
					}
				case _, ok := <-b:
					if !ok {
						b = nil
					}
				}
			}
		}()
	}},
}
