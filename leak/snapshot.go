package leak

import (
	"runtime"
	"runtime/metrics"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Snapshot is the state of the process that a later look is compared with.
type Snapshot struct {
	// ids are all goroutines there were. IDs are handed out to processors in
	// batches, so a new goroutine may have a lower one than an old: only the
	// set tells, never the highest.
	ids map[uint64]struct{}
	// count is the number of goroutines.
	count int
	// created is the number of goroutines ever created.
	created counter

	heap        *memory
	descriptors *int
}

// Take remembers the goroutines that exist now and, where the options ask for
// them, the bytes held (after two collections) and the open descriptors. Only
// the fields Heap and Descriptors of the options are read.
func Take(opts ...Options) *Snapshot {
	o := merge(opts)
	s := &Snapshot{created: created()}
	s.count = runtime.NumGoroutine()
	var d dumper
	s.ids = make(map[uint64]struct{}, s.count)
	for r := range stack.Records(d.all(s.count)) {
		s.ids[stack.ID(r.Head)] = struct{}{}
	}
	d = dumper{}
	s.measure(o)
	return s
}

// measure takes what belongs to the whole process.
func (s *Snapshot) measure(o Options) {
	if o.Descriptors {
		if n, err := countDescriptors(); err == nil {
			s.descriptors = &n
		}
	}
	if o.Heap {
		m := measureMemory()
		s.heap = &m
	}
}

// counter is a runtime metric that may be missing.
type counter struct {
	n  uint64
	ok bool
}

// created reads how many goroutines were ever created. It costs less than a
// microsecond, and where it has not moved, nothing was left behind; the number
// of live goroutines does not say that: one may have ended while another leaked.
func created() counter {
	sample := [1]metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(sample[:])
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return counter{}
	}
	return counter{n: sample[0].Value.Uint64(), ok: true}
}

// still reports that the counter is known not to have moved since before.
func (c counter) still(before counter) bool {
	return c.ok && before.ok && c.n == before.n
}

// memory is what the process holds, in bytes.
type memory struct{ heap, stacks int64 }

// measureMemory collects twice, so that what finalizers and pools let go of in
// the first collection is gone in the second.
func measureMemory() memory {
	runtime.GC()
	runtime.GC()
	samples := [2]metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
	}
	metrics.Read(samples[:])
	return memory{heap: int64(samples[0].Value.Uint64()), stacks: int64(samples[1].Value.Uint64())}
}
