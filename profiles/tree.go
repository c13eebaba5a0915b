package profiles

import (
	"cmp"
	"slices"
)

// ValueType names what a profile's values count, as "inuse_space" in "bytes".
type ValueType struct {
	Type string
	Unit string
}

// Types are what each of a sample's values counts, in the profile's order, and
// preferred is the index of the one that `go tool pprof` shows without being
// asked: what Total sums up.
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
	// Depth is 0 for a root, the outermost function of a stack.
	Depth    int
	Function string
	File     string
	// Line is the one in Function that most of the node's stacks pass through.
	Line int64
	// Self are the values of the stacks that end here, one for each of Types.
	Self []int64
}

// Tree merges the stacks of p by function into a tree, and returns it depth
// first: a node's children follow it, one deeper each, sorted by name. Stacks
// without a frame are left out. Labels and lines tell no stacks apart, so trees
// of two builds of a program can be compared.
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

// branch is a node of the tree in the making.
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

// flatten walks with a stack of its own: a profile may be deeper than ours.
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
		var children []*branch
		for _, c := range at.children {
			children = append(children, c)
		}
		slices.SortFunc(children, func(x, y *branch) int {
			return -cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.file, y.file))
		})
		for _, c := range children {
			open = append(open, place{c, at.depth + 1})
		}
	}
	return nodes
}

// line is the one with the most weight, the first of several.
func (b *branch) line() int64 {
	best, most, any := int64(0), uint64(0), false
	for line, w := range b.lines {
		if !any || w > most || w == most && line < best {
			best, most, any = line, w, true
		}
	}
	return best
}

// Totals are the cumulative values of each node of a tree, in its order: its
// own and those of all below it.
func Totals(tree []Node) [][]int64 {
	sums := make([][]int64, len(tree))
	for i, n := range tree {
		sums[i] = slices.Clone(n.Self)
	}
	up := parents(tree)
	// Backwards, so that what is below is whole when it is added.
	for i := len(tree) - 1; i >= 0; i-- {
		if up[i] >= 0 {
			for t, v := range sums[i] {
				sums[up[i]][t] += v
			}
		}
	}
	return sums
}

// parents is the place of each node's parent; -1 for a root.
func parents(tree []Node) []int {
	up := make([]int, len(tree))
	var open []int
	for i, n := range tree {
		open = open[:min(n.Depth, len(open))]
		up[i] = -1
		if len(open) > 0 {
			up[i] = open[len(open)-1]
		}
		open = append(open, i)
	}
	return up
}

// Small is the function that Prune puts in the place of what it leaves out.
const Small = "(smaller ones)"

// Prune joins what is too small to be seen: siblings whose subtree comes to
// less than share of the tree, by the values of type i, become one node, Small.
// Nothing is lost of the sum. Values count by their magnitude, as in a
// difference growth and decline may cancel out.
func Prune(tree []Node, i int, share float64) []Node {
	weight := make([]float64, len(tree))
	whole := 0.0
	up := parents(tree)
	for at := len(tree) - 1; at >= 0; at-- {
		own := float64(magnitude(tree[at].Self[i]))
		whole += own
		weight[at] += own
		if up[at] >= 0 {
			weight[up[at]] += weight[at]
		}
	}
	var kept []Node
	small := map[int]int{} // by depth, where the open Small of these siblings is
	for at := 0; at < len(tree); {
		n := tree[at]
		end := at + 1
		for end < len(tree) && tree[end].Depth > n.Depth {
			end++
		}
		for depth := range small {
			if depth > n.Depth {
				delete(small, depth)
			}
		}
		if weight[at] > 0 && weight[at] >= share*whole {
			kept = append(kept, n)
			at++
			continue
		}
		self := make([]int64, len(n.Self))
		for _, below := range tree[at:end] {
			for t, v := range below.Self {
				self[t] += v
			}
		}
		if j, ok := small[n.Depth]; ok {
			for t, v := range self {
				kept[j].Self[t] += v
			}
		} else {
			small[n.Depth] = len(kept)
			kept = append(kept, Node{Depth: n.Depth, Function: Small, Self: self})
		}
		at = end
	}
	return kept
}
