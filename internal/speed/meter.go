package main

import (
	"math"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// sample is one measurement. Times are in nanoseconds, sizes in bytes.
type sample struct {
	// Wall is the time from start to end. CPU is the time that all threads of
	// the process used; zero where the system does not tell.
	Wall, CPU time.Duration
	// Stopped is how long the world was stopped, for dumps and collections. It
	// is exact to about a tenth, since the runtime keeps a histogram.
	Stopped time.Duration
	// Alloc is the number of bytes allocated.
	Alloc uint64
	// Peak is the highest resident size of the process during the measurement,
	// Before the size at its start; zero where the system does not tell.
	Peak, Before uint64
	// Work is Wall without the time that package leak slept. Proof is the time of
	// the leak profile, Passes how often it was made.
	Work, Proof time.Duration
	Passes      int
}

// meter is a measurement that has begun.
type meter struct {
	at      time.Time
	cpu     time.Duration
	stopped float64
	alloc   uint64
	before  uint64
}

// start collects the heap and begins a measurement.
func start() meter {
	runtime.GC()
	runtime.GC()
	resetPeak()
	m := meter{before: status("VmRSS:")}
	m.alloc, m.stopped = counters()
	m.cpu = cpuTime()
	m.at = time.Now()
	return m
}

func (m meter) stop() sample {
	s := sample{Wall: time.Since(m.at), CPU: cpuTime() - m.cpu, Before: m.before}
	alloc, stopped := counters()
	s.Alloc = alloc - m.alloc
	s.Stopped = time.Duration((stopped - m.stopped) * float64(time.Second))
	s.Peak = status("VmHWM:")
	return s
}

// counters reads the bytes allocated and the seconds stopped so far.
func counters() (alloc uint64, stopped float64) {
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:bytes"},
		{Name: "/sched/pauses/total/gc:seconds"},
		{Name: "/sched/pauses/total/other:seconds"},
	}
	metrics.Read(samples)
	for _, s := range samples[1:] {
		h := s.Value.Float64Histogram()
		for i, n := range h.Counts {
			if n > 0 {
				stopped += float64(n) * middle(h.Buckets[i], h.Buckets[i+1])
			}
		}
	}
	return samples[0].Value.Uint64(), stopped
}

// middle of a bucket, whose ends may be infinite.
func middle(low, high float64) float64 {
	if math.IsInf(low, 0) {
		return high
	}
	if math.IsInf(high, 0) {
		return low
	}
	return (low + high) / 2
}

// resetPeak resets VmHWM to the present size. It works on Linux only.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// status reads a size from /proc/self/status; zero where there is none.
func status(key string) uint64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, ok := strings.Cut(string(text), key)
	if !ok {
		return 0
	}
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.ParseUint(fields[0], 10, 64)
	return n << 10
}
