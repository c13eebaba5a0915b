package leak

import (
	"hash/maphash"
	"runtime"
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// place is what goroutines that stand at the same place have in common.
type place struct {
	head, digest uint64
}

// group are the goroutines at one place.
type group struct {
	header stack.Header
	trace  stack.Trace
	class  Class
	// excused is why they are not findings; empty where they may be.
	excused string
	// system: they belong to the runtime or to package testing.
	system bool
	sample string
	ids    []uint64
	// creators are those of each goroutine, where it serves a connection.
	connection bool
	creators   []uint64
}

// look is one reading of a dump.
type look struct {
	finder *finder
	hash   maphash.Hash
	heads  map[string]*head
	groups map[place]*group
	// order keeps the groups as they were met, so that reports are stable.
	order []*group
	// skipped are records that were not understood, unseen the goroutines that
	// did not fit into the dump.
	skipped, unseen int
	// unproven is the number of goroutines that are not excused and not proven to be
	// stuck. Where a class does not fail, those of it count that would fail if they
	// were proven.
	unproven int
	// all is the number of goroutines in the dump, created the counter directly
	// before it.
	all     int
	created counter
}

func newLook(f *finder) *look {
	l := &look{finder: f, groups: map[place]*group{}, heads: map[string]*head{}}
	l.hash.SetSeed(f.seed)
	return l
}

// look makes a dump and sorts what is in it.
func (f *finder) look() *look {
	count := runtime.NumGoroutine()
	l := newLook(f)
	var dump []byte
	withLabels(func() {
		marks.RLock()
		defer marks.RUnlock()
		l.created = created()
		dump = f.dumper.all(count)
	})
	if f.first != nil {
		f.first(dump)
		f.first = nil
	}
	l.read(dump)
	if f.dumper.truncated {
		l.unseen = max(count-l.all, 0)
	}
	l.excuseIdle()
	l.count(f.opts)
	return l
}

// read sorts the goroutines of a dump.
func (l *look) read(dump []byte) {
	f := l.finder
	var orphans []orphan
	for r := range stack.Records(dump) {
		l.all++
		id := stack.ID(r.Head)
		if id == f.self.ID || f.base.has(id) {
			continue
		}
		h := l.head(r.Head)
		if h.probe {
			l.all--
		}
		if h.skip {
			continue
		}
		switch f.owner.claims(id, h) {
		case mine:
			l.add(id, h, r)
		case nobodys:
			orphans = append(orphans, orphan{id, stack.Creator(r.Body), h, r})
		}
	}
	for _, o := range f.owner.adopt(orphans) {
		l.add(o.id, o.head, o.record)
	}
}

// head is a header line without the goroutine's number. Most goroutines of a
// large dump share a few of them, so each is read once.
type head struct {
	header stack.Header
	// number tells heads apart.
	number uint64
	// skip: the goroutines are none of this look's business. probe: they work
	// for a look, and are about to end.
	skip, probe bool
	// owned is whose they are by their labels.
	owned ownership
	// known are the groups met so far by the patterns of their bodies: most of a
	// large dump has the same few, and matching is ten times faster than reading.
	known []pattern
}

// pattern is what the bodies of a group look like.
type pattern struct {
	body  stack.Pattern
	group *group
}

// patternsKept bounds head.known.
const patternsKept = 16

// head reads a header line, or finds it among those already read.
func (l *look) head(line []byte) *head {
	rest := line[min(len("goroutine "), len(line)):]
	for len(rest) > 0 && rest[0] != ' ' {
		rest = rest[1:]
	}
	if h := l.heads[string(rest)]; h != nil {
		return h
	}
	parsed, err := stack.ParseHeader(line)
	if err != nil {
		l.skipped++
		return &head{skip: true}
	}
	f := l.finder
	h := &head{header: parsed, number: uint64(len(l.heads)), owned: f.owner.labelled(parsed)}
	h.probe = hasLabel(parsed, probeLabel, "")
	h.skip = h.probe || f.self.Bubble != 0 && parsed.Bubble != f.self.Bubble || !carries(parsed, f.opts.Labels)
	l.heads[string(rest)] = h
	return h
}

// add puts a goroutine into its group.
func (l *look) add(id uint64, h *head, r stack.Record) {
	g := h.groupOf(r.Body)
	if g == nil {
		g = l.group(id, h, r)
		if len(h.known) < patternsKept {
			h.known = append(h.known, pattern{stack.NewPattern(r.Body), g})
		}
	}
	g.ids = append(g.ids, id)
	if g.connection {
		g.creators = append(g.creators, stack.Creator(r.Body))
	}
}

// groupOf finds the group of a body among the known; nil where it is not.
func (h *head) groupOf(body []byte) *group {
	for i := range h.known {
		if h.known[i].body.Matches(body) {
			return h.known[i].group
		}
	}
	return nil
}

// group finds the group by what the body says, or makes it.
func (l *look) group(id uint64, h *head, r stack.Record) *group {
	l.hash.Reset()
	stack.Digest(&l.hash, r.Body)
	p := place{head: h.number, digest: l.hash.Sum64()}
	g := l.groups[p]
	if g == nil {
		g = l.newGroup(id, h.header, r)
		l.groups[p] = g
		l.order = append(l.order, g)
	}
	return g
}

func (l *look) newGroup(id uint64, h stack.Header, r stack.Record) *group {
	h.ID = id
	g := &group{header: h, trace: stack.ParseBody(r.Body), class: classify(h), sample: strings.TrimSpace(string(r.Text))}
	g.system = isSystem(h, g.trace)
	g.connection = isConnection(g.trace)
	for _, a := range l.finder.opts.Allow {
		if a.matches(h, g.trace) {
			g.excused = a.Reason
			break
		}
	}
	return g
}

// count sums up what may yet be proven, or end.
func (l *look) count(o Options) {
	for _, g := range l.order {
		if g.judged() && g.class != Proven && (o.fails(g.class) || g.class == Blocked && o.fails(Proven)) {
			l.unproven += len(g.ids)
		}
	}
}

// carries reports whether the goroutine has all of the labels.
func carries(h stack.Header, want map[string]string) bool {
	for k, v := range want {
		found := false
		for _, l := range h.Labels {
			found = found || l.Key == k && l.Value == v
		}
		if !found {
			return false
		}
	}
	return true
}
