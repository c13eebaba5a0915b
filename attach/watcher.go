package attach

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/poll"
	"github.com/watertight-go/watertight/internal/sites"
	"github.com/watertight-go/watertight/profiles"
)

// watcher polls one instance.
type watcher struct {
	o        Options
	began    time.Time
	server   *poll.Server
	metrics  *poll.Metrics
	noHeap   bool
	instance Instance
	progress *lines
	// silent is when the service stopped answering; zero while it answers.
	silent time.Time
	// restarted: the connection was refused since the last profile.
	restarted bool
	polls     int
	// next is when the next goroutine profile is due, the others when heap and counters are.
	next, nextHeap, nextMetrics     time.Time
	pollCost, heapCost, metricsCost cost
}

// cost are the times that the last answers of one kind took. The shortest says best what
// they cost: the others waited for a processor.
type cost struct {
	last [5]time.Duration
	n    int
}

// add notes a time, and returns the shortest.
func (c *cost) add(d time.Duration) time.Duration {
	c.last[c.n%len(c.last)] = d
	c.n++
	return slices.Min(c.last[:min(c.n, len(c.last))])
}

// run polls until the time is over, the service is given up or ctx is done.
func (w *watcher) run(ctx context.Context) {
	defer w.finish()
	end := w.began.Add(w.o.For)
	for {
		if !w.poll(ctx) || w.next.After(end) || !sleepUntil(ctx, w.next) {
			return
		}
	}
}

func (w *watcher) finish() {
	if w.metrics != nil {
		w.instance.Counter = w.metrics.Counter()
		w.metrics.Close()
	}
	if w.metrics != nil && w.instance.Counter == "" && len(w.instance.Runs) > 0 {
		w.problem("metrics: no counter of requests was found: name it with -counter")
	}
}

func sleepUntil(ctx context.Context, at time.Time) bool {
	t := time.NewTimer(time.Until(at))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// poll asks for everything once. It returns false where nothing more is to be expected.
func (w *watcher) poll(ctx context.Context) bool {
	from := time.Now()
	p, err := w.server.Profile(ctx, profiles.Goroutine)
	w.next = from.Add(max(w.o.Every, shareOfGoroutines*w.pollCost.add(time.Since(from))))
	if ctx.Err() != nil {
		return false
	}
	if err != nil {
		return w.failed(err)
	}
	at := time.Since(w.began)
	w.silent = time.Time{}
	reading := w.readMetrics(ctx)
	heap := w.readHeap(ctx)
	run := w.runOf(p, heap, reading)
	run.add(at, p, heap, reading)
	w.polls++
	w.progress.printf("%s: %s of %s, %d goroutines", w.instance.Name, at.Round(time.Second), w.o.For, int(last(run.Goroutines.total)))
	return ctx.Err() == nil
}

// failed notes that there was no profile, and decides whether to go on.
func (w *watcher) failed(err error) bool {
	w.restarted = true
	switch {
	case w.polls == 0 && errors.Is(err, poll.ErrMissing):
		w.problem("there is no net/http/pprof at this address (%v): import it in the service, or name its address", err)
		return false
	case w.polls == 0:
		w.problem("%v", err)
		return false
	case w.silent.IsZero():
		w.silent = time.Now()
	case time.Since(w.silent) >= patience:
		w.problem("stopped answering after %s: %v", w.silent.Sub(w.began).Round(time.Second), err)
		return false
	}
	w.progress.printf("%s: %v", w.instance.Name, err)
	return true
}

func (w *watcher) problem(format string, args ...any) {
	w.instance.Problems = append(w.instance.Problems, fmt.Sprintf(format, args...))
}

// readHeap asks for the heap profile, until it fails for the first time.
func (w *watcher) readHeap(ctx context.Context) *profiles.Profile {
	from := time.Now()
	if w.noHeap || from.Before(w.nextHeap) {
		return nil
	}
	p, err := w.server.Profile(ctx, profiles.Heap)
	w.nextHeap = from.Add(shareOfHeap * w.heapCost.add(time.Since(from)))
	if err != nil && ctx.Err() == nil {
		w.noHeap = true
		w.problem("memory is not judged: %v", err)
	}
	return p
}

// readMetrics asks for the counters, until the first answer is an error.
func (w *watcher) readMetrics(ctx context.Context) (r poll.Reading) {
	from := time.Now()
	if w.metrics == nil || from.Before(w.nextMetrics) {
		return r
	}
	r, err := w.metrics.Read(ctx)
	w.nextMetrics = from.Add(shareOfMetrics * w.metricsCost.add(time.Since(from)))
	if err != nil && ctx.Err() == nil && w.polls == 0 {
		w.problem("requests and descriptors are not judged: %v", err)
		w.metrics.Close()
		w.metrics = nil
	}
	return r
}

// runOf is the process that a profile is of. A restart begins a new one.
func (w *watcher) runOf(p, heap *profiles.Profile, r poll.Reading) *Run {
	all := &w.instance.Runs
	if n := len(*all); n > 0 && !(*all)[n-1].replaced(p, heap, r, w.restarted) {
		w.restarted = false
		return &(*all)[n-1]
	}
	w.restarted = false
	*all = append(*all, Run{Build: p.Build(), First: p, Goroutines: Track{Unit: 1}, Metrics: Metrics{started: r.Started}})
	return &(*all)[len(*all)-1]
}

// replaced reports whether another process answers: by its build, its start, counters
// that fell, or half of the goroutines after an answer that failed.
func (r *Run) replaced(p, heap *profiles.Profile, m poll.Reading, failed bool) bool {
	fell := func(before []float64, now *float64) bool { return now != nil && len(before) > 0 && *now < last(before) }
	switch {
	case p.Build() != r.Build, fell(r.Metrics.Requests, m.Requests):
		return true
	case m.Started > 0 && r.Metrics.started > 0:
		return m.Started != r.Metrics.started
	case heap != nil && allocated(heap) < r.allocated/2: // the sums are estimates
		return true
	}
	count, _ := p.Total()
	return failed && float64(count) < last(r.Goroutines.total)/2
}

// allocated is how much was ever allocated, in bytes.
func allocated(heap *profiles.Profile) int64 { return heap.SumOf("alloc_space") }

// add appends what one poll saw.
func (r *Run) add(at time.Duration, p, heap *profiles.Profile, m poll.Reading) {
	r.Last = p
	r.Goroutines.add(at, sites.Goroutines(p))
	if r.Foreign == "" {
		r.Foreign = sites.Foreign(p)
	}
	if heap != nil {
		r.Heap.Unit = float64(max(heap.Period(), leastHeapUnit))
		r.Heap.add(at, sites.Heap(heap))
		r.allocated = allocated(heap)
	}
	if m.Requests != nil {
		r.Metrics.At, r.Metrics.Requests = append(r.Metrics.At, at), append(r.Metrics.Requests, *m.Requests)
	}
	if m.Descriptors != nil {
		r.Metrics.DescriptorsAt, r.Metrics.Descriptors = append(r.Metrics.DescriptorsAt, at), append(r.Metrics.Descriptors, *m.Descriptors)
	}
}

func last(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1]
}

// leastHeapUnit is the smallest number of bytes that counts as one event. Where each
// allocation is sampled, single ones would say nothing.
const leastHeapUnit = 64 << 10
