package html

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
)

// pageFlames is reports.Flames with strings from the pool.
type pageFlames struct {
	Functions [][2]ref    `json:"functions"`
	Graphs    []pageFlame `json:"graphs"`
}

type pageFlame struct {
	// Graphs of one Group can be compared: they have the same kind and scenario.
	// Name tells them apart.
	Group    ref                 `json:"group"`
	Name     ref                 `json:"name"`
	Executor int                 `json:"executor"`
	Start    bool                `json:"start,omitempty"`
	Path     ref                 `json:"path"`
	Unit     ref                 `json:"unit"`
	Nodes    []reports.FlameNode `json:"nodes"`
}

// flames are the graphs. Those of the scenario with the most kinds of profiles
// come first. A kind that is empty for every executor of a scenario is left out.
func (b *pageBuilder) flames() *pageFlames {
	all := b.Report.Flames
	if all == nil {
		return nil
	}
	p := &pageFlames{}
	for _, f := range all.Functions {
		p.Functions = append(p.Functions, [2]ref{b.pool.add(f.Name, mostFunction), b.pool.add(f.File, mostFunction)})
	}
	kinds := filledKinds(all)
	graphs := slices.Clone(all.Graphs)
	slices.SortStableFunc(graphs, func(x, y reports.Flame) int {
		return cmp.Or(cmp.Compare(len(kinds[y.Scenario]), len(kinds[x.Scenario])), cmp.Compare(b.scenario[x.Scenario], b.scenario[y.Scenario]))
	})
	for _, g := range graphs {
		if kinds[g.Scenario][g.Kind] {
			p.Graphs = append(p.Graphs, b.flame(g))
		}
	}
	return p
}

// mostFunction is how many columns of a function's name or file are kept.
const mostFunction = 300

// filledKinds are the kinds of each scenario that have a graph with nodes.
func filledKinds(all *reports.Flames) map[string]map[string]bool {
	kinds := map[string]map[string]bool{}
	for _, g := range all.Graphs {
		if len(g.Nodes) == 0 {
			continue
		}
		if kinds[g.Scenario] == nil {
			kinds[g.Scenario] = map[string]bool{}
		}
		kinds[g.Scenario][g.Kind] = true
	}
	return kinds
}

func (b *pageBuilder) flame(g reports.Flame) pageFlame {
	return pageFlame{
		Group: b.pool.text(fmt.Sprintf("%s (%s, %s) in %s", g.Kind, g.Type, g.Unit, plaintext.Name(g.Scenario))),
		Name:  b.pool.text(plaintext.Name(g.Executor) + ", at the " + g.Moment), Executor: b.executor[g.Executor], Start: g.Moment == "start",
		Path: b.pool.text(inFolder(g.Path)), Unit: b.pool.name(g.Unit), Nodes: g.Nodes,
	}
}
