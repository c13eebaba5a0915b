package cost

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/bench/internal/pairs"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
)

const (
	// rounds is how many rounds of requests are made. Goroutines and descriptors
	// are the median of the rounds. Retained bytes are the second lowest, because
	// the runtime retains bytes of its own. So what grows in one or two rounds
	// and then no more is not reported.
	rounds = 5
	// perRound is how many requests of five agents a round has. It is enough to
	// show what leaks rarely, as one descriptor in ten requests.
	perRound = 200
	// endWithin is how long the goroutines of a request may take to end.
	endWithin = 300 * time.Millisecond
)

// Requests measures what one request of so many agents allocates and leaves
// behind, as the mean of many requests.
func Requests(ctx context.Context, spec executor.Spec, agents int) (reports.Cost, error) {
	c := reports.Cost{Executor: spec.Name, Agents: agents}
	j, err := newJob(spec, agents)
	if err != nil {
		return c, err
	}
	growGoroutines(2 * agents)
	calls, n := pairs.Repeat(j.call), max(perRound*5/max(agents, 5), 20)
	if _, err := calls(n); err != nil {
		return c, err
	}
	if c.Allocs, c.AllocBytes, err = allocations(calls, n); err != nil {
		return c, err
	}
	return leftovers(ctx, c, calls, n)
}

// leftovers makes the rounds and adds what they left behind to c.
func leftovers(ctx context.Context, c reports.Cost, calls pairs.Rounds, n int) (reports.Cost, error) {
	var goroutines, descriptors, bytes [rounds]float64
	opts := leak.Options{Heap: true, Descriptors: true, Settle: endWithin}
	for i := range rounds {
		base := leak.Take(opts)
		if _, err := calls(n); err != nil {
			return c, err
		}
		r, err := leak.Find(ctx, base, opts)
		if err != nil && !errors.Is(err, leak.ErrLeak) {
			return c, fmt.Errorf("cost: %s: %w", c.Executor, err)
		}
		goroutines[i] = float64(r.Goroutines) / float64(n)
		descriptors[i] = float64(r.Descriptors) / float64(n)
		// Stacks are not counted. The runtime keeps the stacks of goroutines that
		// have ended, and those that have not ended are counted as goroutines.
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

// growGoroutines lets n goroutines exist at once. For each of them the runtime
// keeps some 500 bytes for later goroutines, which are not a leak of a request.
// How many goroutines of a request exist at once depends on the scheduler.
func growGoroutines(n int) {
	var wg sync.WaitGroup
	all := make(chan struct{})
	for range n {
		wg.Go(func() { <-all })
	}
	close(all)
	wg.Wait()
}

// allocations are those of one request, the lowest of several rounds: whatever
// else the process allocates meanwhile only adds. With one processor, the next
// request reuses the goroutines that ended, as it does under load.
func allocations(calls pairs.Rounds, n int) (count, bytes float64, err error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	count, bytes = math.Inf(1), math.Inf(1)
	for range rounds {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := calls(n); err != nil {
			return 0, 0, err
		}
		runtime.ReadMemStats(&after)
		count = min(count, float64(after.Mallocs-before.Mallocs)/float64(n))
		bytes = min(bytes, float64(after.TotalAlloc-before.TotalAlloc)/float64(n))
	}
	return count, bytes, nil
}
