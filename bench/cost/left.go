package cost

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
)

const (
	// rounds is how often it is looked at what requests have left. What grows in
	// a round or two and then no more is not seen: of goroutines and descriptors
	// the median counts, of bytes, which the runtime needs itself, the second least.
	rounds = 5
	// perRound is how many requests are made between two looks: enough that
	// what is rarely leaked shows, as one descriptor in ten requests.
	perRound = 200
	// endWithin is how long the goroutines of a request may take to end.
	endWithin = 300 * time.Millisecond
)

// Requests measures what requests of so many agents allocate and leave behind.
func Requests(ctx context.Context, spec executor.Spec, agents int) (reports.Cost, error) {
	c := reports.Cost{Executor: spec.Name, Agents: agents}
	j, err := newJob(spec, agents)
	if err != nil {
		return c, err
	}
	crowd(2 * agents)
	n := max(perRound*5/max(agents, 5), 20)
	if err := repeat(n, j.call); err != nil {
		return c, err
	}
	if c.Allocs, c.AllocBytes, err = j.allocations(n); err != nil {
		return c, err
	}
	var goroutines, descriptors, bytes [rounds]float64
	opts := leak.Options{Heap: true, Descriptors: true, Settle: endWithin}
	for i := range rounds {
		base := leak.Take(opts)
		if err := repeat(n, j.call); err != nil {
			return c, err
		}
		r, err := leak.Find(ctx, base, opts)
		if err != nil {
			return c, fmt.Errorf("cost: %s: %w", spec.Name, err)
		}
		goroutines[i] = float64(r.Goroutines) / float64(n)
		descriptors[i] = float64(r.Descriptors) / float64(n)
		// Not the stacks: the runtime keeps those of goroutines that have ended,
		// and those of goroutines that have not are counted as goroutines.
		bytes[i] = float64(r.Heap) / float64(n)
		if !r.DescriptorsMeasured {
			c.NoDescriptors = "not counted on " + runtime.GOOS
		}
	}
	c.Requests = rounds * n
	slices.Sort(goroutines[:])
	slices.Sort(descriptors[:])
	slices.Sort(bytes[:])
	c.Goroutines, c.Descriptors, c.RetainedBytes = goroutines[rounds/2], descriptors[rounds/2], bytes[1]
	return c, nil
}

// crowd lets n goroutines exist at once. The runtime keeps some 500 bytes of each
// goroutine that ever ran beside the others, which is no request's leak; how many
// run at once is the scheduler's mood.
func crowd(n int) {
	var wg sync.WaitGroup
	all := make(chan struct{})
	for range n {
		wg.Go(func() { <-all })
	}
	close(all)
	wg.Wait()
}

// allocations are those of one request, the least of several looks: what else
// the process allocates meanwhile only adds. On one processor the goroutines
// that ended are found again by the next request, as they are under load.
func (j *job) allocations(n int) (count, bytes float64, err error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	count, bytes = math.Inf(1), math.Inf(1)
	for range rounds {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := repeat(n, j.call); err != nil {
			return 0, 0, err
		}
		runtime.ReadMemStats(&after)
		count = min(count, float64(after.Mallocs-before.Mallocs)/float64(n))
		bytes = min(bytes, float64(after.TotalAlloc-before.TotalAlloc)/float64(n))
	}
	return count, bytes, nil
}
