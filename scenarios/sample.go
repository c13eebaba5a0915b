package scenarios

import (
	"os"
	"runtime/metrics"
	"time"
)

// Control is a timer that ran beside the cell.
type Control struct {
	// Lateness is the most that it fired late.
	Lateness time.Duration `json:"latenessNs"`
	// Repeats is how often the cell was run again because of it.
	Repeats int `json:"repeats,omitempty"`
}

// Sample is one look at the process while it ran.
type Sample struct {
	At time.Duration `json:"atNs"`
	// Requests is how many had been started by then.
	Requests   int `json:"requests"`
	Goroutines int `json:"goroutines"`
	// Running, Runnable, Waiting and InSyscall are goroutines by scheduler state.
	Running   int `json:"running"`
	Runnable  int `json:"runnable"`
	Waiting   int `json:"waiting"`
	InSyscall int `json:"inSyscall"`
	Threads   int `json:"threads"`
	// Blocked is how many callers were waiting.
	InFlight int `json:"inFlight"`
	// HeapBytes are live and dead objects, StackBytes goroutine stacks,
	// TotalBytes all memory mapped by the runtime.
	HeapBytes  uint64 `json:"heapBytes"`
	StackBytes uint64 `json:"stackBytes"`
	TotalBytes uint64 `json:"totalBytes"`
	// Descriptors is the number of open ones; -1 where it cannot be told.
	Descriptors int `json:"descriptors"`
}

// tick is how often the control timer fires.
const tick = 5 * time.Millisecond

// withControl runs f beside a timer and returns the most that it fired late.
// On virtual time that is nothing by construction.
func (c *cell) withControl(f func()) time.Duration {
	if c.opts.Clock == VirtualClock {
		f()
		return 0
	}
	var late time.Duration
	beside(tick, f, func(due time.Time) { late = max(late, time.Since(due)) })
	return late
}

// withSamples runs f and samples the process meanwhile, where that is asked for.
func (c *cell) withSamples(f func()) {
	if c.opts.Sample <= 0 {
		f()
		return
	}
	c.obs.Series = append(c.obs.Series, c.sample())
	beside(c.opts.Sample, f, func(time.Time) { c.obs.Series = append(c.obs.Series, c.sample()) })
	c.obs.Series = append(c.obs.Series, c.sample())
}

// beside runs f, and calls do about every d meanwhile, with the time at which
// it was due. Both are over when it returns.
func beside(d time.Duration, f func(), do func(due time.Time)) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		timer := time.NewTimer(d)
		defer timer.Stop()
		for due := time.Now().Add(d); ; due = time.Now().Add(d) {
			timer.Reset(time.Until(due))
			select {
			case <-stop:
				return
			case <-timer.C:
				do(due)
			}
		}
	}()
	defer func() {
		close(stop)
		<-stopped
	}()
	f()
}

// sample is one look at the process. Names and meanings: package runtime/metrics.
func (c *cell) sample() Sample {
	read := []metrics.Sample{
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/sched/goroutines/running:goroutines"},
		{Name: "/sched/goroutines/runnable:goroutines"},
		{Name: "/sched/goroutines/waiting:goroutines"},
		{Name: "/sched/goroutines/not-in-go:goroutines"},
		{Name: "/sched/threads/total:threads"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
		{Name: "/memory/classes/total:bytes"},
	}
	metrics.Read(read)
	v := func(i int) uint64 {
		if read[i].Value.Kind() != metrics.KindUint64 {
			return 0 // a Go without this metric
		}
		return read[i].Value.Uint64()
	}
	c.mu.Lock()
	requests, waiting := c.tally.totals.Requests, c.tally.waiting
	c.mu.Unlock()
	return Sample{
		At: time.Since(c.start), Requests: requests, InFlight: waiting,
		Goroutines: int(v(0)), Running: int(v(1)), Runnable: int(v(2)), Waiting: int(v(3)), InSyscall: int(v(4)),
		Threads: int(v(5)), HeapBytes: v(6), StackBytes: v(7), TotalBytes: v(8),
		Descriptors: descriptors(),
	}
}

// descriptors is how many are open: the size of the directory that lists them,
// which recent Linux tells without listing; -1 where there is none.
func descriptors() int {
	const dir = "/proc/self/fd"
	if info, err := os.Stat(dir); err != nil {
		return -1
	} else if info.Size() > 0 {
		return int(info.Size())
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return -1
	}
	return len(entries)
}
