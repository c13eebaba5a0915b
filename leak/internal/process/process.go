// Package process reads figures that belong to the whole process: goroutines ever
// created, bytes held, open descriptors. It keeps nothing and judges nothing.
package process

import (
	"runtime"
	"runtime/metrics"
)

// Counter is a count that the runtime keeps. The zero Counter is unknown.
type Counter struct {
	N uint64
	// Known is false where this Go does not keep the count.
	Known bool
}

// Created reads how many goroutines were ever created, which Go counts since 1.26.
// Reading takes less than a microsecond. Where the count has not moved, nothing was
// left behind. The number of live goroutines does not say that: one may have ended
// while another leaked.
func Created() Counter {
	sample := [1]metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(sample[:])
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return Counter{}
	}
	return Counter{N: sample[0].Value.Uint64(), Known: true}
}

// Still reports that the counter is known to be the same as before.
func (c Counter) Still(before Counter) bool {
	return c.Known && before.Known && c.N == before.N
}

// Since is the rise from an earlier reading.
func (c Counter) Since(before Counter) int { return int(c.N - before.N) }

// Collections is the number of garbage collections that were asked for by a call,
// such as runtime.GC or a pass of the leak profile.
func Collections() uint64 {
	sample := [1]metrics.Sample{{Name: "/gc/cycles/forced:gc-cycles"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}

// Memory is what the process holds, in bytes.
type Memory struct{ Heap, Stacks int64 }

// HeldMemory collects garbage twice and reads what is still held. What finalizers
// and pools release in the first collection is gone after the second.
func HeldMemory() Memory {
	runtime.GC()
	runtime.GC()
	samples := [2]metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
	}
	metrics.Read(samples[:])
	return Memory{Heap: int64(samples[0].Value.Uint64()), Stacks: int64(samples[1].Value.Uint64())}
}
