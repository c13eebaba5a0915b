// Package loadtrial measures package load itself: whether its percentiles agree with those
// of a second generator, and what it costs.
package loadtrial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/watertight-go/watertight/service/load"
)

// Bar is how far the percentiles may differ.
const Bar = 0.05

// Spec is a run of both generators against a service that freezes.
type Spec struct {
	Rate float64
	For  time.Duration
	// FreezeAt is when the service freezes, after the start, and Freeze for how long.
	FreezeAt, Freeze time.Duration
	// Work is what each request takes otherwise.
	Work time.Duration
	// MostInFlight is that of the load. With a bound it hides a freeze, and must not agree.
	MostInFlight int
}

// DefaultSpec freezes for one second in five: a fifth of the requests are late, so that p90 and all
// above are of the freeze.
var DefaultSpec = Spec{Rate: 200, For: 5 * time.Second, FreezeAt: 2 * time.Second, Freeze: time.Second, Work: 20 * time.Millisecond}

// Row is a percentile by both generators.
type Row struct {
	Name         string
	Load, Simple time.Duration
}

// Difference is that of the two, by that of the second generator.
func (r Row) Difference() float64 {
	return math.Abs(float64(r.Load-r.Simple)) / float64(max(r.Simple, 1))
}

// Agreement is what both generators saw, at the same time, of one service.
type Agreement struct {
	Rows []Row
	// Load is the whole result.
	Load load.Result
	// Late is the latest start of both generators after its intended one.
	Late time.Duration
}

// Busy is how late a start may be. Beyond, the machine was so busy that the two generators
// saw different services.
const Busy = 10 * time.Millisecond

// Worst is the row that differs most.
func (a Agreement) Worst() (worst Row) {
	for _, r := range a.Rows {
		if r.Difference() >= worst.Difference() {
			worst = r
		}
	}
	return worst
}

// Agree starts both generators at once.
func Agree(ctx context.Context, s Spec) (Agreement, error) {
	service := newFreezer(s.Work)
	server, err := serve(service)
	if err != nil {
		return Agreement{}, err
	}
	defer server.close()
	var out Agreement
	var simple simpleResult
	var loadErr, simpleErr error
	var all sync.WaitGroup
	defer service.freezeAt(s.FreezeAt, s.Freeze)()
	all.Go(func() { out.Load, loadErr = load.Run(ctx, options(server.url, s)) })
	all.Go(func() { simple, simpleErr = simpleLoad(ctx, server.url, s.Rate, int(s.Rate*s.For.Seconds())) })
	all.Wait()
	if err := errors.Join(loadErr, simpleErr, complete(out.Load)); err != nil {
		return out, err
	}
	out.Rows, out.Late = compare(out.Load.Clients[0].Latency, simple.latencies), max(out.Load.Late, simple.late)
	return out, nil
}

func options(url string, s Spec) load.Options {
	return load.Options{
		Rate: s.Rate, For: s.For, MostInFlight: s.MostInFlight, Request: load.Request{URL: url},
		Clients: []load.Client{{Name: "patient", Patience: time.Minute}},
	}
}

// complete refuses a result in which not every request was answered: the percentiles would
// be of other requests.
func complete(r load.Result) error {
	for _, c := range r.Clients {
		if c.Status["200"] != c.Sent {
			return fmt.Errorf("loadtrial: got %d answers to %d requests, want all (%v)", c.Status["200"], c.Sent, c.Failed)
		}
	}
	return nil
}

func compare(l load.Latency, simple []time.Duration) []Row {
	return []Row{
		{"p50", l.P50, exact(simple, 50)}, {"p90", l.P90, exact(simple, 90)}, {"p95", l.P95, exact(simple, 95)},
		{"p99", l.P99, exact(simple, 99)}, {"p99.9", l.P999, exact(simple, 99.9)}, {"max", l.Max, exact(simple, 100)},
	}
}

// Write writes the table.
func (a Agreement) Write(w io.Writer) {
	fmt.Fprintf(w, "%-6s %12s %12s %11s\n", "", "load", "second", "difference")
	for _, r := range a.Rows {
		fmt.Fprintf(w, "%-6s %12s %12s %9.2f %%\n", r.Name, shown(r.Load), shown(r.Simple), 100*r.Difference())
	}
	fmt.Fprintf(w, "%d requests, the latest start of both was %s late\n", a.Load.Sent, shown(a.Late))
}

func shown(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }

// freezer is a service whose requests all stop while it is frozen, also those that had
// begun before.
type freezer struct {
	work   time.Duration
	frozen sync.RWMutex
}

func newFreezer(work time.Duration) *freezer { return &freezer{work: work} }

func (f *freezer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	f.wait()
	time.Sleep(f.work)
	f.wait()
	_, _ = io.WriteString(w, "done\n")
}

func (f *freezer) wait() {
	f.frozen.RLock()
	defer f.frozen.RUnlock()
}

// freezeAt freezes the service later. The function that it returns waits for the end of it.
func (f *freezer) freezeAt(at, length time.Duration) (done func()) {
	var all sync.WaitGroup
	all.Go(func() {
		time.Sleep(at)
		f.frozen.Lock()
		defer f.frozen.Unlock()
		time.Sleep(length)
	})
	return all.Wait
}
