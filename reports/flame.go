package reports

import (
	"fmt"

	"github.com/watertight-go/watertight/profiles"
)

// Flames are the stacks of profiles as trees of functions, for flame graphs. The
// report holds them so that rendering needs no other file. The profiles
// themselves hold more: labels, addresses, other sample types.
type Flames struct {
	// Functions are the functions of all graphs, each once.
	Functions []FlameFunction `json:"functions"`
	Graphs    []Flame         `json:"graphs"`
}

// FlameFunction is a function with the file that it is in; the file may be empty.
type FlameFunction struct {
	Name string `json:"name"`
	File string `json:"file,omitempty"`
}

// Flame is the tree of one profile.
type Flame struct {
	Executor string `json:"executor"`
	Scenario string `json:"scenario"`
	// Kind, Moment and Path are as in scenarios.ProfileFile.
	Kind   string `json:"kind"`
	Moment string `json:"moment"`
	Path   string `json:"path"`
	// Type and Unit are those of the values, as "inuse_space" in "bytes".
	Type string `json:"type"`
	Unit string `json:"unit"`
	// Nodes are depth first; a node's children follow it, one deeper each.
	Nodes []FlameNode `json:"nodes"`
}

// FlameNode is a function in a tree: its depth (0 for a root), its index in
// Functions, the line, and the value of the stacks that end there.
type FlameNode [4]int64

// leastShare is the smallest share of a profile that is kept as a subtree of its
// own: less is under one pixel of a graph as wide as a screen.
const leastShare = 1.0 / 2000

// Add adds the tree of p, by the sample type that pprof shows first. f names the
// graph. Subtrees that are too small to be seen are joined, see profiles.Prune.
func (all *Flames) Add(f Flame, p *profiles.Profile) {
	types, i := p.Types()
	if len(types) > 0 {
		all.AddType(f, p, i)
	}
}

// AddType is Add by the sample type with index i.
func (all *Flames) AddType(f Flame, p *profiles.Profile, i int) {
	types, _ := p.Types()
	f.Type, f.Unit = types[i].Type, types[i].Unit
	index := map[FlameFunction]int64{}
	for j, name := range all.Functions {
		index[name] = int64(j)
	}
	for _, n := range p.PrunedTree(i, leastShare) {
		name := FlameFunction{n.Function, n.File}
		j, known := index[name]
		if !known {
			j = int64(len(all.Functions))
			index[name] = j
			all.Functions = append(all.Functions, name)
		}
		f.Nodes = append(f.Nodes, FlameNode{int64(n.Depth), j, n.Line, n.Self[i]})
	}
	all.Graphs = append(all.Graphs, f)
}

// check wants nodes in depth-first order, and functions that exist.
func (all *Flames) check() error {
	if all == nil {
		return nil
	}
	for i, g := range all.Graphs {
		depth := int64(-1)
		for j, n := range g.Nodes {
			if n[0] < 0 || n[0] > depth+1 {
				return fmt.Errorf("got flames.graphs[%d].nodes[%d] at depth %d below one at %d, want 0 to %d", i, j, n[0], depth, depth+1)
			}
			if n[1] < 0 || n[1] >= int64(len(all.Functions)) {
				return fmt.Errorf("got flames.graphs[%d].nodes[%d] of function %d, want 0 to %d", i, j, n[1], len(all.Functions)-1)
			}
			depth = n[0]
		}
	}
	return nil
}
