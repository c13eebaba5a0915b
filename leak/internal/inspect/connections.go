package inspect

import "slices"

// ConnectionLoops matches the names of both goroutines.
const ConnectionLoops = "net/http.(*persistConn).*"

// FoldConnections returns groups in which both goroutines of a client's connection of
// net/http stand together, where they have the same class, labels and excuse. The groups
// given are not changed.
func FoldConnections(groups []*Group) []*Group {
	readers := map[uint64]*Group{}
	folded := slices.Clone(groups)
	for i, g := range folded {
		if Entry(g.Trace) != readLoop {
			continue
		}
		c := *g
		c.IDs, c.Connections = slices.Clone(g.IDs), len(g.IDs)
		for _, creator := range c.creators {
			readers[creator] = &c
		}
		folded[i] = &c
	}
	if len(readers) == 0 {
		return groups
	}
	for i, g := range folded {
		if Entry(g.Trace) == writeLoop {
			folded[i] = foldInto(readers, g)
		}
	}
	return folded
}

// foldInto moves the goroutines of a writeLoop to those of the readLoop that the same
// goroutine created, and returns the rest.
func foldInto(readers map[uint64]*Group, g *Group) *Group {
	rest := *g
	rest.IDs, rest.creators = nil, nil
	for at, id := range g.IDs {
		if r := readers[g.creators[at]]; r != nil && r.isJudgedAs(g) {
			r.IDs = append(r.IDs, id)
			continue
		}
		rest.IDs = append(rest.IDs, id)
		rest.creators = append(rest.creators, g.creators[at])
	}
	return &rest
}

// isJudgedAs reports whether two groups are judged alike.
func (g *Group) isJudgedAs(o *Group) bool {
	return g.Class == o.Class && g.Excused == o.Excused && slices.Equal(g.Header.Labels, o.Header.Labels)
}
