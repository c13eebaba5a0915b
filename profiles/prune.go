package profiles

import "slices"

// Totals are the cumulative values of the nodes of a tree, in the same order: the
// values of the node itself and of all nodes below it.
func Totals(tree []Node) [][]int64 {
	sums := make([][]int64, len(tree))
	for i, n := range tree {
		sums[i] = slices.Clone(n.Self)
	}
	up := parents(tree)
	// Backwards, so that a node is complete when it is added to its parent.
	for i := len(tree) - 1; i >= 0; i-- {
		if up[i] >= 0 {
			addValues(sums[up[i]], sums[i])
		}
	}
	return sums
}

// parents are the indexes of the nodes' parents; -1 for a root.
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

func addValues(sum, values []int64) {
	for t, v := range values {
		sum[t] += v
	}
}

// Small is the function of the node that Prune makes of small nodes.
const Small = "(smaller ones)"

// Prune joins nodes that are too small to be seen. Siblings whose subtree is less
// than share of the whole tree, by the values of type i, become one node with the
// function Small. The sum stays the same. Values count by their magnitude, because
// growth and decline may cancel out in a difference.
func Prune(tree []Node, i int, share float64) []Node {
	weight, whole := weights(tree, i)
	var kept []Node
	small := map[int]int{} // depth -> index in kept of the Small node of these siblings
	for at := 0; at < len(tree); {
		n := tree[at]
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
		end := at + 1
		for end < len(tree) && tree[end].Depth > n.Depth {
			end++
		}
		j, ok := small[n.Depth]
		if !ok {
			j = len(kept)
			small[n.Depth] = j
			kept = append(kept, Node{Depth: n.Depth, Function: Small, Self: make([]int64, len(n.Self))})
		}
		for _, below := range tree[at:end] {
			addValues(kept[j].Self, below.Self)
		}
		at = end
	}
	return kept
}

// weights are the magnitudes of the nodes' subtrees by the values of type i, and
// that of the whole tree.
func weights(tree []Node, i int) (weight []float64, whole float64) {
	weight = make([]float64, len(tree))
	up := parents(tree)
	for at := len(tree) - 1; at >= 0; at-- {
		own := float64(magnitude(tree[at].Self[i]))
		whole += own
		weight[at] += own
		if up[at] >= 0 {
			weight[up[at]] += weight[at]
		}
	}
	return weight, whole
}
