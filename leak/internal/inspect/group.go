package inspect

import (
	"strings"

	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Group are goroutines that stand at the same place with the same labels.
type Group struct {
	// Header is that of one of them.
	Header stack.Header
	Trace  stack.Trace
	Class  Class
	// Excused is why they are not findings; empty where they may be.
	Excused string
	// Note says how they wait; empty where that is not known.
	Note string
	// System: they belong to the runtime or to package testing.
	System bool
	// Whose says why they count.
	Whose lineage.Ownership
	// Creators are those of Older goroutines, a few of them.
	Creators []Creator
	// Sample is the text of one of them.
	Sample string
	IDs    []uint64

	// Connections is how many connections of net/http they serve, where FoldConnections
	// has put the goroutines of each together.
	Connections int

	// connection: they serve a connection; creators are those of each of them.
	connection bool
	creators   []uint64
	// origin is the hash of their origin; only Older goroutines have one.
	origin uint64
}

func (r *reader) newGroup(c candidate, whose lineage.Ownership) *Group {
	h := c.head.header
	h.ID = c.ID
	g := &Group{Header: h, Trace: stack.ParseBody(c.record.Body), Class: Classify(h), Whose: whose, Sample: strings.TrimSpace(string(c.record.Text))}
	g.System = IsSystem(h, g.Trace)
	g.connection = isConnection(g.Trace)
	if whose == lineage.Older {
		g.origin = stack.BirthOf(c.record.Body).Origin()
	}
	for _, a := range r.Allow {
		if a.matches(h, g.Trace) && (whose != lineage.Hosted || a.namesPart(h, g.Trace, r.Test.OwnFrames(g.Trace))) {
			g.Excused = a.Reason
			break
		}
	}
	return g
}

// namesPart reports whether a names one of the innermost frames, so many of them. The
// others are those of a worker that is not the test's own.
func (a Allow) namesPart(h stack.Header, t stack.Trace, frames int) bool {
	part := Allow{Func: a.Func, Top: a.Top, At: a.At}
	if part == (Allow{}) {
		return false
	}
	t.Frames, t.Created = t.Frames[:frames], stack.Frame{}
	return part.matches(h, t)
}

// Judged reports whether the group's class decides about its goroutines.
func (g *Group) Judged() bool { return len(g.IDs) > 0 && !g.System && g.Excused == "" }

// Origin is what goroutines of one origin have in common, whatever they wait for.
type Origin struct {
	Created stack.Frame
	Entry   string
}

// Origin is the group's.
func (g *Group) Origin() Origin { return Origin{Created: g.Trace.Created, Entry: Entry(g.Trace)} }

// Keep removes the goroutines for which keep is false, and returns their number.
func (g *Group) Keep(keep func(id uint64) bool) (removed int) {
	kept, creators := g.IDs[:0], g.creators[:0]
	for at, id := range g.IDs {
		if !keep(id) {
			continue
		}
		kept = append(kept, id)
		if g.connection {
			creators = append(creators, g.creators[at])
		}
	}
	removed = len(g.IDs) - len(kept)
	g.IDs, g.creators = kept, creators
	return removed
}

// excuse moves the goroutines of g for which ok holds to a group of their own.
func (i *Inspection) excuse(g *Group, reason string, ok func(i int) bool) {
	if g.Excused == "" {
		i.split(g, ok, func(excused *Group) { excused.Excused = reason })
	}
}

// Note moves the goroutines of g for which ok holds to a group of their own, which has
// the class and the note.
func (i *Inspection) Note(g *Group, class Class, note string, ok func(id uint64) bool) {
	at := func(at int) bool { return ok(g.IDs[at]) }
	i.split(g, at, func(noted *Group) { noted.Class, noted.Note = class, note })
}

// split moves the goroutines of g for which ok holds to a group of their own, and
// changes that.
func (i *Inspection) split(g *Group, ok func(i int) bool, change func(*Group)) {
	moved, rest := *g, *g
	moved.IDs, moved.creators, rest.IDs, rest.creators = nil, nil, nil, nil
	for at, id := range g.IDs {
		to := &rest
		if ok(at) {
			to = &moved
		}
		to.IDs = append(to.IDs, id)
		if g.connection {
			to.creators = append(to.creators, g.creators[at])
		}
	}
	change(&moved)
	*g = rest
	if len(moved.IDs) > 0 {
		i.Groups = append(i.Groups, &moved)
	}
}
