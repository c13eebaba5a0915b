package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"time"
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
	if err := checkPair(before, after); err != nil {
		return nil, fmt.Errorf("profiles: compare: %w", err)
	}
	if types, _ := before.Types(); i < 0 || i >= len(types) {
		return nil, fmt.Errorf("profiles: compare: got sample type %d, want 0 to %d", i, len(types)-1)
	}
	all := changes{}
	all.add(before, i, func(c *Change, flat, cum int64) { c.FlatBefore += flat; c.CumBefore += cum })
	all.add(after, i, func(c *Change, flat, cum int64) { c.FlatAfter += flat; c.CumAfter += cum })
	var list []Change
	for _, c := range all {
		list = append(list, *c)
	}
	slices.SortFunc(list, compareChanges)
	return list, nil
}

// changes are the changes by function name.
type changes map[string]*Change

// add passes the values of sample type i of each function to count. A function
// that is several times in a stack counts once in Cum.
func (all changes) add(p *Profile, i int, count func(c *Change, flat, cum int64)) {
	for _, s := range p.proto.Sample {
		seen := map[string]bool{}
		for depth, f := range frames(s) {
			c := all[f.name]
			if c == nil {
				c = &Change{Function: f.name}
				all[f.name] = c
			}
			if depth == 0 {
				count(c, s.Value[i], 0)
			}
			if !seen[f.name] {
				count(c, 0, s.Value[i])
				c.File, c.Line = f.file, f.line
			}
			seen[f.name] = true
		}
	}
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
