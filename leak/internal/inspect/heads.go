package inspect

import (
	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// head is a header line without the goroutine's number. Most goroutines of a large
// dump share a few of them, so each is parsed once.
type head struct {
	header stack.Header
	// number tells heads apart.
	number uint64
	// skip: the goroutines do not count. probe: they work for a search and are about
	// to end.
	skip, probe bool
	sign        lineage.Sign
	// known are the groups met so far, by the patterns of their bodies. Most of a
	// large dump has the same few, and matching is ten times faster than parsing.
	known []pattern
}

// pattern is what the bodies of a group look like.
type pattern struct {
	body  stack.Pattern
	group *Group
}

// patternsKept bounds head.known.
const patternsKept = 16

// head parses a header line, or finds it among those already parsed.
func (r *reader) head(line []byte) *head {
	rest := line[min(len("goroutine "), len(line)):]
	for len(rest) > 0 && rest[0] != ' ' {
		rest = rest[1:]
	}
	if h := r.heads[string(rest)]; h != nil {
		return h
	}
	parsed, err := stack.ParseHeader(line)
	if err != nil {
		r.Skipped++
		return &head{skip: true}
	}
	h := &head{header: parsed, number: uint64(len(r.heads)), sign: r.Test.SignOf(parsed)}
	h.probe = hasLabel(parsed, dump.ProbeLabel, "")
	h.skip = h.probe || !r.InScope(parsed) || !hasLabels(parsed, r.Labels)
	r.heads[string(rest)] = h
	return h
}

// groupOf finds the group of a body among the known; nil where it is not.
func (h *head) groupOf(body []byte, whose lineage.Ownership) *Group {
	for i := range h.known {
		if g := h.known[i].group; g.Whose == whose && h.known[i].body.Matches(body) {
			return g
		}
	}
	return nil
}
