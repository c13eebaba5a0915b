// Package inspect sorts the goroutines of a dump into groups that stand at the same
// place, and gives each group its class. It makes no dumps and waits for nothing.
//
// The way of a goroutine through Inspector.Read:
//
//	header and body -> whose is it (lineage) -> its group -> system? allowed? -> class
//
// A pool's idle members are excused last, since that needs the groups of all.
package inspect

import (
	"hash/maphash"
	"slices"
	"time"

	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Inspector reads dumps for one search.
type Inspector struct {
	// Self is the goroutine that inspects. It never counts. Where it is in a
	// synctest bubble, only that bubble's goroutines do.
	Self stack.Header
	// Before are goroutines that do not count.
	Before map[uint64]struct{}
	// Test is whose goroutines count; nil for all.
	Test *lineage.Test
	// Labels limits what counts to goroutines that have all of them.
	Labels map[string]string
	// Allow are goroutines that may stay.
	Allow []Allow
	// Fail are the classes that are findings; nil for all.
	Fail []Class

	seed  maphash.Seed
	ready bool
}

// Inspection is what a dump says.
type Inspection struct {
	// Groups are in the order in which the dump has them, so that reports are stable.
	Groups []*Group
	// Total is the number of goroutines in the dump, without those that work for a
	// search.
	Total int
	// Unproven is the number of goroutines that may be findings or become some, and
	// are not proven to be stuck. Where their class does not fail, they count if they
	// would fail once they are proven.
	Unproven int
	// Skipped are records that were not understood. Unseen are goroutines that did
	// not fit into the dump.
	Skipped, Unseen int
	// Sleeps is how long the goroutines in time.Sleep sleep in all, for the first
	// maxSleeps of them.
	Sleeps map[uint64]time.Duration
	// Unattributed are groups of which it is not known whose they are; SetAside moves
	// them here. Reported is the number of goroutines that were created by some which
	// tests have reported.
	Unattributed []*Group
	Reported     int
	// Created is the counter directly before the dump.
	Created process.Counter
}

// Read sorts the goroutines of a dump.
func (in *Inspector) Read(text []byte) *Inspection {
	r := in.newReader()
	for record := range stack.Records(text) {
		r.read(record)
	}
	r.trace()
	return r.Inspection
}

// Count sums up Unproven. It is to be called after the excuses.
func (in *Inspector) Count(i *Inspection) {
	for _, g := range i.Groups {
		mayFail := in.Fails(g.Class) || g.Class == Blocked && in.Fails(Proven)
		if g.Judged() && g.Class != Proven && mayFail {
			i.Unproven += len(g.IDs)
		}
	}
}

// Fails reports whether goroutines of the class are findings.
func (in *Inspector) Fails(c Class) bool { return in.Fail == nil || slices.Contains(in.Fail, c) }

// Suspect reports whether the group's goroutines may be findings.
func (in *Inspector) Suspect(g *Group) bool { return g.Judged() && in.Fails(g.Class) }

// reader is an inspection under way.
type reader struct {
	*Inspector
	*Inspection
	hash   maphash.Hash
	heads  map[string]*head
	groups map[place]*Group
	// open are goroutines whose lineage decides, rest those that do not count. others
	// are those of other tests.
	open, rest []candidate
	others     []uint64
}

// candidate is a goroutine with what it tells itself.
type candidate struct {
	lineage.Witness
	head   *head
	record stack.Record
}

// place is what goroutines that stand at the same place have in common.
type place struct {
	head, digest uint64
	whose        lineage.Ownership
}

func (in *Inspector) newReader() *reader {
	if !in.ready {
		in.seed, in.ready = maphash.MakeSeed(), true
	}
	r := &reader{Inspector: in, Inspection: &Inspection{}, groups: map[place]*Group{}, heads: map[string]*head{}}
	r.hash.SetSeed(in.seed)
	return r
}

// read sorts one goroutine.
func (r *reader) read(record stack.Record) {
	r.Total++
	id := stack.ID(record.Head)
	_, before := r.Before[id]
	if id == r.Self.ID || before && r.Test.OfProcess() {
		r.skip(id, record)
		return
	}
	h := r.head(record.Head)
	if h.probe {
		r.Total--
	}
	if h.skip {
		return
	}
	c := candidate{r.Test.Hear(id, h.sign, record.Body), h, record}
	if before && !r.Test.Reclaims(c.Witness) {
		r.skip(id, record)
		return
	}
	switch r.Test.Claim(c.Witness) {
	case lineage.Owned:
		r.add(c, lineage.Owned)
	case lineage.Foreign:
		r.others = append(r.others, id)
	default:
		r.open = append(r.open, c)
	}
}

// skip notes a goroutine that does not count.
func (r *reader) skip(id uint64, record stack.Record) {
	if !r.Test.OfProcess() {
		r.rest = append(r.rest, candidate{Witness: lineage.Witness{ID: id}, record: record})
	}
}

// InScope reports whether the goroutine is in the inspector's bubble, where it is in one.
func (in *Inspector) InScope(h stack.Header) bool {
	return in.Self.Bubble == 0 || h.Bubble == in.Self.Bubble
}

// add puts a goroutine into its group.
func (r *reader) add(c candidate, whose lineage.Ownership) *Group {
	g := c.head.groupOf(c.record.Body, whose)
	if g == nil {
		g = r.group(c, whose)
		if len(c.head.known) < patternsKept {
			c.head.known = append(c.head.known, pattern{stack.NewPattern(c.record.Body), g})
		}
	}
	g.IDs = append(g.IDs, c.ID)
	r.noteSleep(c.ID, c.head, c.record.Body)
	if g.connection {
		g.creators = append(g.creators, stack.Creator(c.record.Body))
	}
	return g
}

// group finds the group by what the body says, or makes it.
func (r *reader) group(c candidate, whose lineage.Ownership) *Group {
	r.hash.Reset()
	stack.Digest(&r.hash, c.record.Body)
	p := place{head: c.head.number, digest: r.hash.Sum64(), whose: whose}
	g := r.groups[p]
	if g == nil {
		g = r.newGroup(c, whose)
		r.groups[p] = g
		r.Groups = append(r.Groups, g)
	}
	return g
}
