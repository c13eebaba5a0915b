package attach

import (
	"cmp"
	"slices"
)

// The bounds of a flame graph.
const (
	mostFlames = 600
	// leastShare is the part of all goroutines, before or after, that a box has at least.
	leastShare = 0.005
)

// flames are the goroutines of a process as a tree, before and after the watch.
func (r *Run) flames() []Flame {
	root := &flame{}
	for _, s := range r.Goroutines.Series {
		for _, stack := range s.Stacks {
			n := len(stack.Values)
			root.add(stack.Frames, int64(stack.Values[0]), int64(stack.Values[n-1]))
		}
	}
	least := int64(leastShare * float64(max(root.Before, root.After)))
	var all []Flame
	root.flatten(-1, max(least, 1), &all)
	return all[:min(len(all), mostFlames)]
}

// flame is a box with those above it.
type flame struct {
	Flame
	above map[string]*flame
}

// add counts a stack, leaf first.
func (f *flame) add(stack []Frame, before, after int64) {
	f.Before, f.After = f.Before+before, f.After+after
	at := f
	for _, x := range slices.Backward(stack) {
		if at.above == nil {
			at.above = map[string]*flame{}
		}
		if at.above[x.Function] == nil {
			at.above[x.Function] = &flame{Flame: Flame{Function: x.Function}}
		}
		at = at.above[x.Function]
		at.Before, at.After = at.Before+before, at.After+after
	}
}

// flatten appends the boxes depth first. Stacks have at most a few hundred frames.
func (f *flame) flatten(depth int, least int64, all *[]Flame) {
	if depth >= 0 {
		f.Depth = depth
		*all = append(*all, f.Flame)
	}
	var above []*flame
	for _, c := range f.above {
		if max(c.Before, c.After) >= least {
			above = append(above, c)
		}
	}
	slices.SortFunc(above, func(a, b *flame) int { return cmp.Compare(a.Function, b.Function) })
	for _, c := range above {
		c.flatten(depth+1, least, all)
	}
}
