// Package profiles captures, reads, compares and writes pprof profiles: of
// goroutines, of leaked goroutines and of the heap of the own process, and of
// any kind from a file.
//
// A profile is written as `go tool pprof` reads it, and so is the difference of
// two. The package reads the protobuf form alone, gzip'd or not: the old text
// forms (debug=1, debug=2) are refused by name. It neither symbolizes nor draws,
// and it does not record: CPU and contention profiles are read, not captured.
//
// Labels set with pprof.Do or pprof.SetGoroutineLabels are in goroutine and
// leak profiles. Heap profiles carry none.
package profiles

import "github.com/google/pprof/profile"

// Kind is what a profile counts, under the name that runtime/pprof gives it.
//
// A profile read from a file may be of any kind: "allocs", "cpu",
// "threadcreate", or a program's own. Mutex and block profiles cannot be told
// apart, for runtime/pprof writes the same types in both: each is "contentions".
type Kind string

const (
	// Goroutine counts all goroutines.
	Goroutine Kind = "goroutine"
	// Leak counts the goroutines of which the garbage collector proved that
	// nothing can wake them. It needs Go 1.27, or Go 1.26 built with
	// GOEXPERIMENT=goroutineleakprofile.
	Leak Kind = "goroutineleak"
	// Heap samples allocations, live ones (inuse) and all (alloc).
	Heap Kind = "heap"
)

// Profile is one profile. It never changes, so it may be used from several
// goroutines at once. The zero Profile and a nil one hold nothing.
type Profile struct {
	proto *profile.Profile
	// encoded is the gzip'd form as it came, so that writing what was read
	// loses nothing, and needs none of the encoder's writes to proto.
	encoded []byte
}

// Kind tells what p counts, from its period type and sample types; it is empty
// where p holds nothing.
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

// Total is the sum over all samples of the default sample type, the one that
// `go tool pprof` shows without being asked: inuse_space for a heap, the number
// of goroutines for a goroutine profile. It can be negative in a difference.
// unit is "bytes", "count" or "nanoseconds"; other programs may write others.
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

// ByLabel divides Total by the values of the string label key. Samples without
// it are left out, and so are values that come to zero.
func (p *Profile) ByLabel(key string) map[string]int64 {
	sums := map[string]int64{}
	if p.isZero() {
		return sums
	}
	i := p.defaultType()
	for _, s := range p.proto.Sample {
		// A key has one value, by all that runtime/pprof writes.
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
// names, else the last. Pprof has the same rule.
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
