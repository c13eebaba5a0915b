//go:build unix

package attach

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/watertight-go/watertight/internal/poll"
)

var many = flag.Int("goroutines", 20000, "how many goroutines the service of TestCostOfPolls has")

// processorTime is what this process has used.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A poll of a service with many goroutines costs 1 % of a processor at most, by the
// interval that follows.
func TestCostOfPolls(t *testing.T) {
	var all sync.WaitGroup
	end := make(chan struct{})
	for range *many {
		all.Go(func() { <-end })
	}
	t.Cleanup(func() { close(end); all.Wait() })
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	service := httptest.NewServer(mux)
	t.Cleanup(service.Close)
	server, err := poll.New(service.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	w := &watcher{o: Options{For: time.Hour, Every: time.Millisecond}, began: time.Now(), server: server, progress: &lines{}}
	w.poll(t.Context()) // the first one fills caches
	before, from := processorTime(t), time.Now()
	w.pollCost, w.heapCost, w.nextHeap = cost{}, cost{}, time.Time{}
	w.poll(t.Context())
	used := processorTime(t) - before
	t.Logf("%d goroutines: a poll takes %s of a processor, with this test's part; the next one comes after %s: %.2f %%", *many, used, w.next.Sub(from), 100*used.Seconds()/w.next.Sub(from).Seconds())
	if got := int(last(w.instance.Runs[0].Goroutines.total)); got < *many {
		t.Errorf("got %d goroutines, want %d or more", got, *many)
	}
	if *many >= 10000 && used > w.next.Sub(from)/100 {
		t.Errorf("a poll takes %s, the next one comes after %s, want 1 %% at most", used, w.next.Sub(from))
	}
}
