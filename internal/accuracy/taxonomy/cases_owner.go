package taxonomy

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// olderLeaks are started during the test by a service that is older than it.
var olderLeaks = []Case{
	{Name: "older-handler", Shows: "a handler of a server that was there before forgets a goroutine", Want: "chan send", Before: startForgetful, Run: func(t testing.TB) {
		get(t, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, server.URL+"/forget")
	}},
	{Name: "older-handler-kept", Shows: "the same, on a connection that was there before", Want: "chan send", Before: func(t testing.TB) {
		startForgetful(t)
		get(t, http.DefaultClient, server.URL+"/ok")
	}, Run: func(t testing.TB) {
		get(t, http.DefaultClient, server.URL+"/forget")
	}},
	{Name: "older-pool", Shows: "a job in a pool that was there before starts a goroutine", Want: "chan receive", Before: startPool, Run: func(testing.TB) {
		never := keep(make(chan int))
		inPool(func() { go func() { <-never }() })
	}},
	{Name: "older-two-steps", Shows: "the same, in two steps", Want: "chan receive", Before: startPool, Run: func(testing.TB) {
		never, done := keep(make(chan int)), make(chan int)
		inPool(func() { go func() { go func() { close(done); <-never }() }() })
		<-done
	}},
	{Name: "older-cron", Shows: "a tick of a scheduler that was there before starts a job that hangs", Want: "chan receive", Before: startCron, Run: func(testing.TB) {
		never := keep(make(chan int))
		onTick(func() { go func() { <-never }() })
	}},
	{Name: "older-one-more", Shows: "a service that had one helper has two", Want: "chan receive", Before: func(t testing.TB) {
		startPool(t)
		inPool(startHelper)
	}, Run: func(testing.TB) { inPool(startHelper) }},
}

// olderInnocents look like them.
var olderInnocents = []Case{
	{Name: "older-replaced", Shows: "a service that was there before has replaced its helper", Owned: true, Before: func(t testing.TB) {
		startPool(t)
		inPool(startHelper)
	}, Run: func(testing.TB) {
		endHelper <- 1
		inPool(startHelper)
	}},
	{Name: "older-job-ends", Shows: "a tick of a scheduler that was there before starts a job of a second", Before: startCron, Run: func(testing.TB) {
		onTick(func() { go time.Sleep(soon) })
	}},
	{Name: "older-busy", Shows: "a service that was there before starts short goroutines all the time", Before: func(testing.TB) {
		go func() {
			for {
				time.Sleep(3 * time.Millisecond)
				go time.Sleep(2 * time.Millisecond)
			}
		}()
	}, Run: func(testing.TB) { time.Sleep(20 * time.Millisecond) }},
	{Name: "older-connection-ends", Shows: "a server that was there before closes the test's connection", Before: startServer, Run: func(t testing.TB) {
		get(t, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, server.URL+"/ok")
	}},
}

func startForgetful(testing.TB) {
	mux := handler().(*http.ServeMux)
	mux.HandleFunc("/forget", func(w http.ResponseWriter, _ *http.Request) {
		chunks := make(chan string)
		go func() {
			chunks <- "a"
			chunks <- "b"
		}()
		_, _ = io.WriteString(w, <-chunks)
	})
	server = httptest.NewServer(mux)
}

// inPool returns when the pool has done the job.
func inPool(job func()) {
	done := make(chan int)
	jobs <- func() { job(); close(done) }
	<-done
}

var endHelper = make(chan int)

func startHelper() { go func() { <-endHelper }() }

var ticks = make(chan func())

// startCron starts a loop that does at each tick what is due.
func startCron(testing.TB) {
	go func() {
		for range time.Tick(2 * time.Millisecond) {
			select {
			case due := <-ticks:
				due()
			default:
			}
		}
	}()
}

// onTick returns when a tick has done it.
func onTick(due func()) {
	done := make(chan int)
	ticks <- func() { due(); close(done) }
	<-done
}

// fired waits until a callback runs.
func fired(set func(callback func())) {
	runs := make(chan int)
	set(func() { close(runs) })
	<-runs
}

// ownerLeaks have a function of a test in the stack, and neither its label nor a creator.
var ownerLeaks = []Case{
	{Name: "timer-in-parallel", Shows: "the callback of a timer hangs, beside another test", Want: "chan receive", Tree: func(t *testing.T, check, other func(testing.TB)) {
		pair(t, other, func(testing.TB) {}, func(t *testing.T) {
			check(t)
			t.Parallel()
			never := keep(make(chan int))
			fired(func(callback func()) { time.AfterFunc(0, func() { callback(); <-never }) })
		})
	}},
	{Name: "timer-spawns-in-parallel", Shows: "the callback of a timer starts a goroutine, beside another test", Want: "chan receive", Tree: func(t *testing.T, check, other func(testing.TB)) {
		pair(t, other, func(testing.TB) {}, func(t *testing.T) {
			check(t)
			t.Parallel()
			never := keep(make(chan int))
			fired(func(callback func()) { time.AfterFunc(0, func() { go func() { <-never }(); callback() }) })
		})
	}},
	{Name: "context-callback-in-parallel", Shows: "the callback of a context with a deadline hangs, beside another test", Want: "chan receive", Tree: func(t *testing.T, check, other func(testing.TB)) {
		pair(t, other, func(testing.TB) {}, func(t *testing.T) {
			check(t)
			t.Parallel()
			never := keep(make(chan int))
			ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
			t.Cleanup(cancel)
			fired(func(callback func()) { context.AfterFunc(ctx, func() { callback(); <-never }) })
		})
	}},
	{Name: "worker-of-parent", Shows: "a worker with the label of another test runs a function that hangs", Want: "chan receive", Tree: func(t *testing.T, check, other func(testing.TB)) {
		other(t)
		work := ownPool()
		t.Run("sub", func(t *testing.T) {
			check(t)
			never, started := keep(make(chan int)), make(chan int)
			work <- func() { close(started); <-never }
			<-started
		})
	}},
	{Name: "worker-before-in-parallel", Shows: "a worker that was there before runs a function that hangs, beside another test", Want: "chan receive", Before: startPool, Tree: func(t *testing.T, check, other func(testing.TB)) {
		pair(t, other, func(testing.TB) {}, func(t *testing.T) {
			check(t)
			t.Parallel()
			never, started := keep(make(chan int)), make(chan int)
			jobs <- func() { close(started); <-never }
			<-started
		})
	}},
	{Name: "reported-spawner", Shows: "a loop that was reported goes on starting goroutines in the next test", Want: "chan send", Tree: func(t *testing.T, check, other func(testing.TB)) {
		t.Run("first", func(t *testing.T) {
			check(t)
			c := keep(make(chan int))
			go func() {
				for range time.Tick(20 * time.Millisecond) {
					go func() { c <- 1 }()
				}
			}()
		})
		t.Run("second", func(t *testing.T) {
			other(t)
			time.Sleep(200 * time.Millisecond)
		})
	}},
}

// ownerInnocents look like them.
var ownerInnocents = []Case{
	{Name: "timer-ends-in-parallel", Shows: "the callback of a timer takes a second, beside another test", Tree: func(t *testing.T, check, other func(testing.TB)) {
		pair(t, other, func(testing.TB) {}, func(t *testing.T) {
			check(t)
			t.Parallel()
			fired(func(callback func()) { time.AfterFunc(0, func() { callback(); time.Sleep(soon) }) })
		})
	}},
	{Name: "timer-of-sibling", Shows: "the callback of a parallel test's timer runs until that test ends", Tree: func(t *testing.T, check, other func(testing.TB)) {
		pair(t, other, func(testing.TB) {
			end := make(chan int)
			fired(func(callback func()) { time.AfterFunc(0, func() { callback(); <-end }) })
			time.Sleep(soon)
			close(end)
		}, func(t *testing.T) {
			check(t)
			t.Parallel()
			time.Sleep(soon / 4)
		})
	}},
	{Name: "timer-of-earlier", Shows: "the callback of an earlier test's timer takes a second of this one", Tree: func(t *testing.T, check, other func(testing.TB)) {
		begun := make(chan int)
		t.Run("first", func(t *testing.T) {
			other(t)
			time.AfterFunc(50*time.Millisecond, func() { close(begun); time.Sleep(soon) })
		})
		t.Run("second", func(t *testing.T) {
			check(t)
			<-begun
		})
	}},
	{Name: "worker-of-parent-ends", Shows: "a worker with the label of another test runs a function of a second", Tree: func(t *testing.T, check, other func(testing.TB)) {
		other(t)
		work := ownPool()
		t.Cleanup(func() { close(work) })
		t.Run("sub", func(t *testing.T) {
			check(t)
			started := make(chan int)
			work <- func() { close(started); time.Sleep(soon) }
			<-started
		})
	}},
}

// ownPool is a pool of one worker, with the label of the test that makes it.
func ownPool() chan func() {
	work := make(chan func())
	go func() {
		for f := range work {
			f()
		}
	}()
	return work
}

// pair runs two parallel tests of different functions; the second one is judged.
func pair(t *testing.T, other, sibling func(testing.TB), judged func(*testing.T)) {
	t.Run("sibling", func(t *testing.T) {
		other(t)
		t.Parallel()
		sibling(t)
	})
	t.Run("judged", judged)
}
