package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Change is a function in two profiles of one kind. Flat is what was counted in
// the function itself, Cum also what was counted in what it called.
type Change struct {
	Function string
	// File and Line are those of the profile after, where the function is in it.
	File                  string
	Line                  int64
	FlatBefore, FlatAfter int64
	CumBefore, CumAfter   int64
}

// Compare sets two profiles of one kind side by side, function by function, by
// the values of sample type i: the largest change of Cum first, then the
// largest of Flat, then by name. Functions are matched by name alone: the same
// one lies in another file on another machine, or under another version of Go.
func Compare(before, after *Profile, i int) ([]Change, error) {
	if err := checkPair(before, after); err != nil {
		return nil, fmt.Errorf("profiles: compare: %w", err)
	}
	if types, _ := before.Types(); i < 0 || i >= len(types) {
		return nil, fmt.Errorf("profiles: compare: got sample type %d, want 0 to %d", i, len(types)-1)
	}
	all := map[string]*Change{}
	add := func(p *Profile, flat, cum func(*Change) *int64) {
		for _, s := range p.proto.Sample {
			seen := map[string]bool{}
			for depth, f := range frames(s) {
				c := all[f.name]
				if c == nil {
					c = &Change{Function: f.name}
					all[f.name] = c
				}
				if depth == 0 {
					*flat(c) += s.Value[i]
				}
				if !seen[f.name] {
					*cum(c) += s.Value[i]
					c.File, c.Line = f.file, f.line
				}
				seen[f.name] = true
			}
		}
	}
	add(before, func(c *Change) *int64 { return &c.FlatBefore }, func(c *Change) *int64 { return &c.CumBefore })
	add(after, func(c *Change) *int64 { return &c.FlatAfter }, func(c *Change) *int64 { return &c.CumAfter })
	var changes []Change
	for _, c := range all {
		changes = append(changes, *c)
	}
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(magnitude(b.CumAfter-b.CumBefore), magnitude(a.CumAfter-a.CumBefore)),
			cmp.Compare(magnitude(b.FlatAfter-b.FlatBefore), magnitude(a.FlatAfter-a.FlatBefore)),
			cmp.Compare(magnitude(b.CumBefore), magnitude(a.CumBefore)),
			cmp.Compare(a.Function, b.Function))
	})
	return changes, nil
}

// Duration is how long the profile was recorded for; zero for one of a moment,
// as of goroutines or the heap.
func (p *Profile) Duration() time.Duration {
	if p.isZero() {
		return 0
	}
	return time.Duration(p.proto.DurationNanos)
}
