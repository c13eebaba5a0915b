package taxonomy

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

// Goroutines that wait for a timer. Those that end by themselves do so after more than
// the five seconds that package leak gives to others.

var waitLeaks = []Case{
	{Name: "janitor-ticker", Shows: "wakes every ten seconds, and is never told to stop", Want: "waits for a ticker", Run: func(testing.TB) {
		stop := keep(make(chan struct{}))
		go func() {
			for tick := time.Tick(10 * time.Second); ; {
				select {
				case <-tick:
				case <-stop:
					return
				}
			}
		}()
	}},
	{Name: "ticker-hourly", Shows: "ranges over a ticker of an hour", Want: "waits for a ticker", Run: func(testing.TB) {
		ticker := keep(time.NewTicker(time.Hour))
		go func() {
			for range ticker.C {
			}
		}()
	}},
	{Name: "poller-after", Shows: "a loop around time.After", Want: "set again and again", Run: func(testing.TB) {
		stop := keep(make(chan struct{}))
		go func() {
			for {
				select {
				case <-time.After(time.Second):
				case <-stop:
					return
				}
			}
		}()
	}},
	{Name: "poller-reset", Shows: "a timer that is set again each time", Want: "set again and again", Run: func(testing.TB) {
		stop := keep(make(chan struct{}))
		go func() {
			timer := time.NewTimer(700 * time.Millisecond)
			for {
				select {
				case <-timer.C:
					timer.Reset(700 * time.Millisecond)
				case <-stop:
					return
				}
			}
		}()
	}},
	{Name: "poller-jitter", Shows: "sleeps for other times each time", Want: "sleeps again and again", Run: func(testing.TB) {
		go func() {
			for {
				time.Sleep(500*time.Millisecond + rand.N(300*time.Millisecond))
			}
		}()
	}},
	{Name: "limit-far", Shows: "a limit of an hour in a select", Want: "may still end", Run: func(testing.TB) {
		c := keep(make(chan struct{}))
		go func() {
			select {
			case <-time.After(time.Hour):
			case <-c:
			}
		}()
	}},
	{Name: "deadline-far", Shows: "a context whose deadline is in an hour", Want: "may still end", Run: func(testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		keep(cancel)
		go func() { <-ctx.Done() }()
	}},
	{Name: "poller-deadline", Shows: "a loop around a context with a deadline of a second", Want: "set again and again", Run: func(testing.TB) {
		c := keep(make(chan struct{}))
		go func() {
			for {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				select {
				case <-ctx.Done():
				case <-c:
				}
				cancel()
			}
		}()
	}},
	{Name: "deadline-detached", Shows: "a context that does not end with the one above it, whose deadline is soon", Want: "blocked", Run: func(testing.TB) {
		above, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		keep(cancel)
		ctx, cancelBelow := context.WithCancel(context.WithoutCancel(above))
		keep(cancelBelow)
		go func() { <-ctx.Done() }()
	}},
	{Name: "ticker-held", Shows: "has a ticker, and waits for something else", Want: "blocked", Run: func(testing.TB) {
		c := keep(make(chan struct{}))
		go func() {
			ticker := time.NewTicker(time.Hour)
			defer ticker.Stop()
			<-c
		}()
	}},
	{Name: "spawner-slow", Shows: "starts a goroutine every 50 ms, each of which ends at once", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for {
				go sink.Add(1)
				time.Sleep(50 * time.Millisecond)
			}
		}()
	}},
	{Name: "spawner-ticker", Shows: "starts a goroutine at each tick", Want: "taxonomy", Run: func(testing.TB) {
		go func() {
			for range time.Tick(50 * time.Millisecond) {
				go sink.Add(1)
			}
		}()
	}},
}

var waitInnocents = []Case{
	{Name: "idle-timer", Shows: "ends when nothing has come for eight seconds", Run: func(testing.TB) {
		packets := keep(make(chan int))
		go func() {
			for idle := time.NewTimer(8 * time.Second); ; {
				select {
				case <-packets:
				case <-idle.C:
					return
				}
			}
		}()
	}},
	{Name: "after-seven", Shows: "waits for a timer of seven seconds", Run: func(testing.TB) {
		go func() { <-time.After(7 * time.Second) }()
	}},
	{Name: "sleep-nine", Shows: "sleeps for nine seconds", Run: func(testing.TB) {
		go time.Sleep(9 * time.Second)
	}},
	{Name: "timer-flush", Shows: "after a timer of six seconds, writes what it has for half a second", Run: func(testing.TB) {
		packets := keep(make(chan int))
		go func() {
			select {
			case <-packets:
			case <-time.After(6 * time.Second):
				time.Sleep(soon / 2)
			}
		}()
	}},
	{Name: "ticker-limited", Shows: "a ticker beside a limit of eight seconds", Run: func(testing.TB) {
		go func() {
			tick, limit := time.Tick(100*time.Millisecond), time.After(8*time.Second)
			for {
				select {
				case <-tick:
				case <-limit:
					return
				}
			}
		}()
	}},
	{Name: "timer-soon", Shows: "a limit of 25 seconds: it may end right after a verdict", Run: func(testing.TB) {
		c := keep(make(chan struct{}))
		go func() {
			select {
			case <-time.After(25 * time.Second):
			case <-c:
			}
		}()
	}},
	{Name: "deadline-seven", Shows: "waits for a context whose deadline is in seven seconds", Run: func(testing.TB) {
		ctx, cancel := context.WithTimeout(context.Background(), 7*time.Second)
		keep(cancel)
		go func() { <-ctx.Done() }()
	}},
	{Name: "deadline-above", Shows: "a context with a value and a cancel function, under one whose deadline is in eight seconds", Run: func(testing.TB) {
		above, cancel := context.WithTimeout(context.Background(), 8*time.Second)
		keep(cancel)
		ctx, cancelBelow := context.WithCancel(context.WithValue(above, key{}, nil))
		keep(cancelBelow)
		packets := keep(make(chan int))
		go func() {
			select {
			case <-packets:
			case <-ctx.Done():
			}
		}()
	}},
	{Name: "afterfunc-closes", Shows: "a function of time.AfterFunc closes the channel after seven seconds", Run: func(testing.TB) {
		c := make(chan struct{})
		time.AfterFunc(7*time.Second, func() { close(c) })
		go func() { <-c }()
	}},
	{Name: "creator-at-work", Shows: "starts goroutines for six seconds, each of which ends soon", Run: func(testing.TB) {
		go func() {
			for end := time.Now().Add(6 * soon); time.Now().Before(end); spin(50 * time.Microsecond) {
				go time.Sleep(soon / 10)
			}
		}()
	}},
	{Name: "creator-last", Shows: "what was started last ends three seconds later", Run: func(testing.TB) {
		go func() {
			for end := time.Now().Add(4 * soon); time.Now().Before(end); spin(200 * time.Microsecond) {
				go time.Sleep(soon / 10)
			}
			for range 100 {
				go func() {
					for range 30 {
						time.Sleep(soon / 10)
					}
				}()
			}
		}()
	}},
}
