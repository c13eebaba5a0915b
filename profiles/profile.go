// Package profiles captures, reads, compares and writes pprof profiles. It
// captures goroutines, leaked goroutines and the heap of its own process. It reads
// files of any kind.
//
// `go tool pprof` opens what it writes, also the difference of two profiles. It
// reads only the protobuf form, compressed with gzip or not. The text forms
// (debug=1, debug=2) are an error that names them. It does not symbolize, draw or
// record: it reads CPU and contention profiles, but cannot capture them.
//
// Labels set with pprof.Do or pprof.SetGoroutineLabels are in goroutine and
// leak profiles. Heap profiles carry none.
package profiles

import "github.com/google/pprof/profile"

// Kind is what a profile counts, by its name in runtime/pprof.
//
// A file may have any kind: "allocs", "cpu", "threadcreate", or one that a program
// defines. Mutex and block profiles have the same sample types, so both are
// "contentions".
type Kind string

const (
	// Goroutine counts all goroutines.
	Goroutine Kind = "goroutine"
	// Leak counts the goroutines that nothing can wake, as the garbage collector
	// has proven. It needs Go 1.27, or Go 1.26 built with
	// GOEXPERIMENT=goroutineleakprofile.
	Leak Kind = "goroutineleak"
	// Heap samples allocations: those still in use (inuse) and all (alloc).
	Heap Kind = "heap"
)

// Profile is one profile. It never changes, so several goroutines may use it at
// once. The zero Profile and a nil Profile are empty.
type Profile struct {
	proto *profile.Profile
	// encoded is the compressed form as it was read. Writing it loses nothing, and
	// does not write to proto as the encoder would. Nil for one whose values were scaled.
	encoded []byte
}

// Kind is what p counts, by its period type and sample types. It is empty if p is.
func (p *Profile) Kind() Kind {
	switch {
	case p.isZero():
		return ""
	case p.hasTypes("alloc_objects", "alloc_space", "inuse_objects", "inuse_space"):
		if p.proto.DefaultSampleType == "alloc_space" {
			return "allocs"
		}
		return Heap
	case p.proto.PeriodType.Type != "":
		return Kind(p.proto.PeriodType.Type)
	}
	return Kind(p.proto.SampleType[p.defaultType()].Type)
}

// Total is the sum of the default sample type over all samples. The default is
// what `go tool pprof` shows without flags: inuse_space of a heap profile, the
// number of goroutines of a goroutine profile. The Total of a difference may be
// negative. unit is "bytes", "count" or "nanoseconds"; other programs may write
// others.
func (p *Profile) Total() (value int64, unit string) {
	if p.isZero() {
		return 0, ""
	}
	i := p.defaultType()
	for _, s := range p.proto.Sample {
		value += s.Value[i]
	}
	return value, p.proto.SampleType[i].Unit
}

// TotalOf is the sum of sample type i over all samples with a stack, as a flame graph shows
// it.
func (p *Profile) TotalOf(i int) (value int64) {
	if p.isZero() {
		return 0
	}
	for _, s := range p.proto.Sample {
		if len(s.Location) > 0 {
			value += s.Value[i]
		}
	}
	return value
}

// ByLabel is the part of Total for each value of the string label key. Samples
// without the label are left out, and so are values whose sum is zero.
func (p *Profile) ByLabel(key string) map[string]int64 {
	sums := map[string]int64{}
	if p.isZero() {
		return sums
	}
	i := p.defaultType()
	for _, s := range p.proto.Sample {
		// runtime/pprof writes one value for each key.
		if values := s.Label[key]; len(values) > 0 {
			sums[values[0]] += s.Value[i]
		}
	}
	for value, sum := range sums {
		if sum == 0 {
			delete(sums, value)
		}
	}
	return sums
}

func (p *Profile) isZero() bool { return p == nil || p.proto == nil }

// defaultType is the index of the default sample type: the one that the profile
// names, or else the last. Pprof has the same rule.
func (p *Profile) defaultType() int {
	for i, t := range p.proto.SampleType {
		if t.Type == p.proto.DefaultSampleType {
			return i
		}
	}
	return len(p.proto.SampleType) - 1
}

func (p *Profile) hasTypes(names ...string) bool {
	if len(p.proto.SampleType) != len(names) {
		return false
	}
	for i, t := range p.proto.SampleType {
		if t.Type != names[i] {
			return false
		}
	}
	return true
}
