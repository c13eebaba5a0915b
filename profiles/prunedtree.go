package profiles

import (
	"cmp"
	"slices"
	"sort"

	"github.com/google/pprof/profile"
)

// PrunedTree is Prune(p.Tree(), i, share). It makes no node of what is too small to be seen,
// and so needs little more memory than the profile itself: the tree of a large profile has
// millions of nodes.
func (p *Profile) PrunedTree(i int, share float64) []Node {
	if p.isZero() {
		return nil
	}
	s := sortStacks(p)
	s.sum(i)
	return s.prune(share)
}

// stacks are the stacks of a profile as numbers, sorted, so that those that begin with the
// same functions are neighbours.
type stacks struct {
	types     int
	functions []function
	// all are the stacks, outermost function first.
	all []numberedStack
	// distinct are where in all the next other stack begins, with the end.
	distinct []int
	// weight are the weights of the distinct stacks before each one.
	weight []float64
}

// numberedStack is a stack with its values.
type numberedStack struct {
	functions []int32
	lines     []int32
	values    []int64
	weight    uint64
}

// sortStacks numbers functions in the order of their names, so that stacks sort by names.
func sortStacks(p *Profile) *stacks {
	t := newTable()
	locations := t.locations(p.proto, byFile)
	rank := ranks(t.functions)
	s := &stacks{types: len(p.proto.SampleType), functions: make([]function, len(rank))}
	for n, r := range rank {
		s.functions[r] = t.functions[n]
	}
	preferred := p.defaultType()
	for _, sample := range p.proto.Sample {
		if len(sample.Location) == 0 {
			continue
		}
		one := numberedStack{values: sample.Value, weight: magnitude(sample.Value[preferred])}
		one.fill(sample, locations, rank)
		s.all = append(s.all, one)
	}
	slices.SortFunc(s.all, func(a, b numberedStack) int { return slices.Compare(a.functions, b.functions) })
	return s
}

// ranks are the places of functions in the order of their names and files.
func ranks(functions []function) []int32 {
	order := make([]int, len(functions))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := functions[a], functions[b]
		return cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.file, y.file))
	})
	rank := make([]int32, len(functions))
	for place, n := range order {
		rank[n] = int32(place)
	}
	return rank
}

// fill takes over the frames of a sample.
func (one *numberedStack) fill(sample *profile.Sample, locations *locations, rank []int32) {
	frames := 0
	for _, l := range sample.Location {
		frames += len(locations.of(l))
	}
	both := make([]int32, 2*frames)
	one.functions, one.lines = both[:frames], both[frames:]
	for _, l := range sample.Location {
		for _, f := range locations.of(l) {
			frames--
			one.functions[frames], one.lines[frames] = rank[f.function], int32(f.line)
		}
	}
}

// sum finds the distinct stacks, and weighs each by its values of type i.
func (s *stacks) sum(i int) {
	s.distinct, s.weight = []int{}, []float64{0}
	for at := 0; at < len(s.all); {
		end, value := at, int64(0)
		for end < len(s.all) && slices.Equal(s.all[end].functions, s.all[at].functions) {
			value += s.all[end].values[i]
			end++
		}
		s.distinct = append(s.distinct, at)
		s.weight = append(s.weight, s.weight[len(s.weight)-1]+float64(magnitude(value)))
		at = end
	}
	s.distinct = append(s.distinct, len(s.all))
}

// siblings are distinct stacks with the same first functions, while their nodes are made.
type siblings struct {
	at, end, depth int
	// small is the index of the node for what is too small; -1 before there is one.
	small int
}

// prune makes the nodes, depth first. It does not recurse, because stacks may be deeper
// than the stack of this goroutine may grow.
func (s *stacks) prune(share float64) (nodes []Node) {
	whole := s.weight[len(s.weight)-1]
	open := []siblings{{0, len(s.distinct) - 1, 0, -1}}
	for len(open) > 0 {
		top := &open[len(open)-1]
		if top.at >= top.end {
			open = open[:len(open)-1]
			continue
		}
		from, to := top.at, s.run(*top)
		top.at = to
		if weight := s.weight[to] - s.weight[from]; weight > 0 && weight >= share*whole {
			nodes = append(nodes, s.node(from, to, top.depth))
			if len(s.stack(from)) == top.depth+1 {
				from++
			}
			open = append(open, siblings{from, to, top.depth + 1, -1})
			continue
		}
		if top.small < 0 {
			top.small = len(nodes)
			nodes = append(nodes, Node{Depth: top.depth, Function: Small, Self: make([]int64, s.types)})
		}
		s.addValues(nodes[top.small].Self, from, to)
	}
	return nodes
}

func (s *stacks) stack(distinct int) []int32 { return s.all[s.distinct[distinct]].functions }

// run is where the first of some siblings ends.
func (s *stacks) run(of siblings) int {
	f := s.stack(of.at)[of.depth]
	return of.at + sort.Search(of.end-of.at, func(n int) bool { return s.stack(of.at + n)[of.depth] != f })
}

// addValues adds the values of distinct stacks.
func (s *stacks) addValues(sum []int64, from, to int) {
	for _, one := range s.all[s.distinct[from]:s.distinct[to]] {
		addValues(sum, one.values)
	}
}

// node is the function at a depth of some distinct stacks, which all have it.
func (s *stacks) node(from, to, depth int) Node {
	f := s.functions[s.stack(from)[depth]]
	n := Node{Depth: depth, Function: f.name, File: f.file, Self: make([]int64, s.types)}
	if len(s.stack(from)) == depth+1 {
		s.addValues(n.Self, from, from+1)
	}
	lines := map[int64]uint64{}
	for _, one := range s.all[s.distinct[from]:s.distinct[to]] {
		lines[int64(one.lines[depth])] += one.weight
	}
	n.Line = (&branch{lines: lines}).line()
	return n
}
