package profiles

import (
	"slices"
	"strings"
	"time"
)

// MostFrames is how many frames the runtime keeps of a goroutine's stack, from the
// leaf. The outermost functions of a deeper stack are lost (Go 1.23 and later).
const MostFrames = 128

// Frame is a call in a stack.
type Frame struct {
	Function string
	File     string
	Line     int64
}

// Package is the path of the function's package; empty where the name has none.
func (f Frame) Package() string {
	pkg, _ := split(f.Function)
	return pkg
}

// Standard reports whether the function belongs to the standard library.
func (f Frame) Standard() bool {
	return standard(function{f.Function, f.File}) == 1 || inRuntime(f.Function)
}

// Dependency reports whether the function belongs to a module other than the main
// one, by its file: a folder with a version, or below vendor.
func (f Frame) Dependency() bool {
	file := strings.ReplaceAll(f.File, `\`, "/")
	return strings.Contains(file, "@v") || strings.Contains(file, "/vendor/")
}

// Sample is one stack of a profile.
type Sample struct {
	// Stack is leaf first, with inlined calls. It may be empty: a goroutine that was
	// just created has no frames.
	Stack []Frame
	// Values has one for each sample type.
	Values []int64
	// Cut: the stack has MostFrames calls, so its outermost ones may be missing.
	Cut bool
}

// Samples are the stacks of p, in its order. They share nothing with p.
func (p *Profile) Samples() []Sample {
	if p.isZero() {
		return nil
	}
	all := make([]Sample, 0, len(p.proto.Sample))
	for _, s := range p.proto.Sample {
		stack := make([]Frame, 0, len(s.Location))
		for _, f := range frames(s) {
			stack = append(stack, Frame{f.name, f.file, f.line})
		}
		all = append(all, Sample{stack, slices.Clone(s.Value), len(s.Location) >= MostFrames || len(stack) >= MostFrames})
	}
	return all
}

// Time is when the profile was taken; zero where it does not say so.
func (p *Profile) Time() time.Time {
	if p.isZero() || p.proto.TimeNanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, p.proto.TimeNanos)
}

// Build is the build ID of the program; empty where the profile has none, as of
// programs of Go 1.23 and earlier.
func (p *Profile) Build() string {
	if p.isZero() || len(p.proto.Mapping) == 0 {
		return ""
	}
	return p.proto.Mapping[0].BuildID
}

// Period is how many units of the period type there are between two events that
// are sampled: bytes for a heap profile. It is 1 where everything is counted.
func (p *Profile) Period() int64 {
	if p.isZero() {
		return 1
	}
	return max(p.proto.Period, 1)
}

// SumOf is the sum of one sample type, by its name, over all samples; 0 where there is
// no such type.
func (p *Profile) SumOf(name string) (sum int64) {
	types, _ := p.Types()
	for i, t := range types {
		if t.Type != name {
			continue
		}
		for _, s := range p.proto.Sample {
			sum += s.Value[i]
		}
		return sum
	}
	return 0
}
