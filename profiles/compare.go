package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/pprof/profile"
)

// Change is a function in two profiles of one kind. Flat values are those of the
// function itself. Cum values include those of the functions that it called.
type Change struct {
	Function string
	// File and Line are those of the profile after. If the function is not in it,
	// they are those of the profile before.
	File                  string
	Line                  int64
	FlatBefore, FlatAfter int64
	CumBefore, CumAfter   int64
}

// Compare compares two profiles of one kind, function by function, by the values
// of sample type i. The largest change of Cum comes first, then the largest of
// Flat, then names. Functions are matched by name alone: on another machine or
// with another version of Go the same function is in another file.
func Compare(before, after *Profile, i int) ([]Change, error) {
	before, after, err := Align(before, after)
	if err != nil {
		return nil, fmt.Errorf("profiles: compare: %w", err)
	}
	if types, _ := before.Types(); i < 0 || i >= len(types) {
		return nil, fmt.Errorf("profiles: compare: got sample type %d, want 0 to %d", i, len(types)-1)
	}
	all := changes{table: newTable()}
	all.add(before.proto, i, func(c *Change, flat, cum int64) { c.FlatBefore += flat; c.CumBefore += cum })
	all.add(after.proto, i, func(c *Change, flat, cum int64) { c.FlatAfter += flat; c.CumAfter += cum })
	list := all.found()
	slices.SortFunc(list, compareChanges)
	return list, nil
}

// changes are the changes of functions, by their numbers in the table.
type changes struct {
	table *table
	list  []Change
	// inSample is the last sample in which each function was seen, samples how many were
	// looked at.
	inSample []int
	samples  int
}

// add passes the values of sample type i of each function to count. A function
// that is several times in a stack counts once in Cum.
func (all *changes) add(p *profile.Profile, i int, count func(c *Change, flat, cum int64)) {
	locations := all.table.locations(p, byName)
	all.grow()
	for _, s := range p.Sample {
		all.samples++
		depth := 0
		for _, l := range s.Location {
			for _, f := range locations.of(l) {
				c := &all.list[f.function]
				if depth == 0 {
					count(c, s.Value[i], 0)
				}
				depth++
				if all.inSample[f.function] == all.samples {
					continue
				}
				all.inSample[f.function] = all.samples
				count(c, 0, s.Value[i])
				c.File, c.Line = f.file, f.line
			}
		}
	}
}

// grow adds the functions that the table knows now.
func (all *changes) grow() {
	for n := len(all.list); n < len(all.table.functions); n++ {
		all.list = append(all.list, Change{Function: all.table.functions[n].name})
		all.inSample = append(all.inSample, 0)
	}
}

// found are the changes of the functions that are in a sample.
func (all *changes) found() (list []Change) {
	for n, c := range all.list {
		if all.inSample[n] > 0 {
			list = append(list, c)
		}
	}
	return list
}

func compareChanges(a, b Change) int {
	return cmp.Or(
		cmp.Compare(magnitude(b.CumAfter-b.CumBefore), magnitude(a.CumAfter-a.CumBefore)),
		cmp.Compare(magnitude(b.FlatAfter-b.FlatBefore), magnitude(a.FlatAfter-a.FlatBefore)),
		cmp.Compare(magnitude(b.CumBefore), magnitude(a.CumBefore)),
		cmp.Compare(a.Function, b.Function))
}

// Duration is how long the profile was recorded. It is zero for a profile of one
// moment, as of goroutines or the heap.
func (p *Profile) Duration() time.Duration {
	if p.isZero() {
		return 0
	}
	return time.Duration(p.proto.DurationNanos)
}
