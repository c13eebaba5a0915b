package profiles

import (
	"cmp"
	"slices"
)

// ValueType is what a value of a sample counts, as "inuse_space" in "bytes".
type ValueType struct {
	Type string
	Unit string
}

// Types are the sample types, in the order of the profile. preferred is the index
// of the default one, which Total sums up.
func (p *Profile) Types() (all []ValueType, preferred int) {
	if p.isZero() {
		return nil, 0
	}
	for _, t := range p.proto.SampleType {
		all = append(all, ValueType{t.Type, t.Unit})
	}
	return all, p.defaultType()
}

// Node is a function in a tree of stacks, which a flame graph draws as a box.
type Node struct {
	// Depth is 0 for the outermost function of a stack.
	Depth    int
	Function string
	File     string
	// Line is the line of Function with the largest part of the node's stacks.
	Line int64
	// Self are the values of the stacks that end here, one for each sample type.
	Self []int64
}

// Tree merges the stacks of p by function into a tree. It returns the nodes depth
// first: the children of a node follow it, one deeper, sorted by name. Stacks
// without a frame are left out. Stacks that differ only in labels or lines are
// merged, so that the trees of two builds of a program can be compared.
func (p *Profile) Tree() []Node {
	if p.isZero() {
		return nil
	}
	root := &branch{}
	for _, s := range p.proto.Sample {
		stack := frames(s)
		if len(stack) == 0 {
			continue
		}
		at := root
		weight := magnitude(s.Value[p.defaultType()])
		for _, f := range slices.Backward(stack) {
			at = at.child(f.function)
			at.lines[f.line] += weight
		}
		if at.self == nil {
			at.self = make([]int64, len(s.Value))
		}
		for i, v := range s.Value {
			at.self[i] += v
		}
	}
	return root.flatten(len(p.proto.SampleType))
}

// branch is a node of a tree that is being built.
type branch struct {
	function
	self     []int64
	lines    map[int64]uint64
	children map[function]*branch
}

func (b *branch) child(f function) *branch {
	c := b.children[f]
	if c == nil {
		c = &branch{function: f, lines: map[int64]uint64{}}
		if b.children == nil {
			b.children = map[function]*branch{}
		}
		b.children[f] = c
	}
	return c
}

// flatten is the tree below b as nodes. It does not recurse, because the stacks of
// a profile may be deeper than the stack of this goroutine may grow.
func (b *branch) flatten(types int) []Node {
	type place struct {
		*branch
		depth int
	}
	var nodes []Node
	open := []place{{b, -1}}
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		if at.depth >= 0 {
			self := at.self
			if self == nil {
				self = make([]int64, types)
			}
			nodes = append(nodes, Node{at.depth, at.name, at.file, at.line(), self})
		}
		for _, c := range slices.Backward(at.sorted()) {
			open = append(open, place{c, at.depth + 1})
		}
	}
	return nodes
}

// sorted are the children by name.
func (b *branch) sorted() []*branch {
	var children []*branch
	for _, c := range b.children {
		children = append(children, c)
	}
	slices.SortFunc(children, func(x, y *branch) int {
		return cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.file, y.file))
	})
	return children
}

// line is the line with the most weight; the first of equal ones.
func (b *branch) line() int64 {
	best, most, any := int64(0), uint64(0), false
	for line, w := range b.lines {
		if !any || w > most || w == most && line < best {
			best, most, any = line, w, true
		}
	}
	return best
}
