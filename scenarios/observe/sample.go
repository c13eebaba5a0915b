package observe

import (
	"os"
	"runtime/metrics"
	"time"

	"github.com/watertight-go/watertight/scenarios"
)

// withHeartbeat runs f, and counts the heartbeat up as time passes.
func (c *cell) withHeartbeat(f func()) {
	if c.hooks.heartbeat == nil {
		f()
		return
	}
	beside(c.s.Bound(0)/4+time.Millisecond, f, func(time.Time) { c.hooks.heartbeat.Add(1) })
}

// withSamples runs f, and samples the process meanwhile where that is asked for.
func (c *cell) withSamples(f func()) {
	if c.opts.Sample <= 0 {
		f()
		return
	}
	take := func(time.Time) { c.obs.Series = append(c.obs.Series, c.sample()) }
	take(time.Time{})
	beside(c.opts.Sample, f, take)
	take(time.Time{})
}

// beside runs f, and calls do about every d meanwhile, with the time at which
// it was due. Both have ended when beside returns.
func beside(d time.Duration, f func(), do func(due time.Time)) { besideFrom(d, d, f, do) }

// besideFrom is beside with another time until the first call of do.
func besideFrom(first, d time.Duration, f func(), do func(due time.Time)) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		timer := time.NewTimer(first)
		defer timer.Stop()
		for due := time.Now().Add(first); ; due = time.Now().Add(d) {
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

// sample is TakeSample with what belongs to the cell.
func (c *cell) sample() scenarios.Sample {
	sample := TakeSample()
	sample.At, sample.Descriptors = time.Since(c.start), descriptors()
	c.mu.Lock()
	defer c.mu.Unlock()
	sample.Requests, sample.InFlight = c.counters.totals.Requests, c.counters.waiting
	return sample
}

// metricNames are the metrics of a sample, in the order in which TakeSample uses them.
var metricNames = []string{
	"/sched/goroutines:goroutines",
	"/sched/goroutines/running:goroutines",
	"/sched/goroutines/runnable:goroutines",
	"/sched/goroutines/waiting:goroutines",
	"/sched/goroutines/not-in-go:goroutines",
	"/sched/threads/total:threads",
	"/memory/classes/heap/objects:bytes",
	"/memory/classes/heap/stacks:bytes",
	"/memory/classes/total:bytes",
}

// TakeSample reads goroutines, threads and memory of the process from
// runtime/metrics, which documents each metric. A metric that this version of Go
// does not have reads zero. At, Requests and InFlight are left to the caller, and
// so is Descriptors, which is -1.
func TakeSample() scenarios.Sample {
	read := make([]metrics.Sample, len(metricNames))
	for i, name := range metricNames {
		read[i].Name = name
	}
	metrics.Read(read)
	v := func(i int) uint64 {
		if read[i].Value.Kind() != metrics.KindUint64 {
			return 0
		}
		return read[i].Value.Uint64()
	}
	return scenarios.Sample{
		Goroutines: int(v(0)), Running: int(v(1)), Runnable: int(v(2)), Waiting: int(v(3)), InSyscall: int(v(4)),
		Threads: int(v(5)), HeapBytes: v(6), StackBytes: v(7), TotalBytes: v(8),
		Descriptors: -1,
	}
}

// descriptors is the number of open descriptors; -1 where it is not known.
// Recent Linux tells it as the size of the folder that lists them.
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
