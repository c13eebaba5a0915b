package inspect

import (
	"slices"

	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Creator is a goroutine that was there before the test, and whose descendants count.
type Creator struct {
	ID      uint64
	Entry   string
	Created stack.Frame
}

// creatorsKept bounds Group.Creators.
const creatorsKept = 3

// trace decides about the goroutines whose lineage decides.
func (r *reader) trace() {
	if len(r.open) == 0 {
		return
	}
	lineages := r.lineages()
	for _, c := range r.open {
		switch whose, at := r.Test.Trace(c.Witness, lineages); {
		case whose == lineage.Reported:
			r.Reported++
		case whose.Counts() || whose == lineage.Unattributed && r.Test.Before() != nil:
			g := r.add(c, whose)
			if whose == lineage.Older {
				r.creator(g, at)
			}
		}
	}
	r.excuseReplaced()
}

func (r *reader) lineages() *lineage.Lineages {
	l := lineage.NewLineages(len(r.open) + len(r.rest) + len(r.others))
	for _, id := range r.others {
		l.AddOther(id)
	}
	for _, c := range r.open {
		l.Add(c.ID, c.record.Body)
	}
	for _, c := range r.rest {
		l.Add(c.ID, c.record.Body)
	}
	return l
}

// creator notes that a goroutine of the group descends from an older one.
func (r *reader) creator(g *Group, id uint64) {
	known := slices.ContainsFunc(g.Creators, func(c Creator) bool { return c.ID == id })
	if known || len(g.Creators) == creatorsKept {
		return
	}
	for _, list := range [][]candidate{r.open, r.rest} {
		for _, c := range list {
			if c.ID == id {
				t := stack.ParseBody(c.record.Body)
				g.Creators = append(g.Creators, Creator{ID: id, Entry: Entry(t), Created: t.Created})
				return
			}
		}
	}
}

// replacedReason is why goroutines are excused that a service which is older than the
// test has started in place of others.
const replacedReason = "a service that is older than the test has replaced as many of the same origin"

// excuseReplaced excuses Older goroutines that are not proven to be stuck, as far as as
// many of the same origin have ended since the test began.
func (r *reader) excuseReplaced() {
	var ended map[uint64]int
	for _, g := range slices.Clone(r.Groups) {
		if g.Whose != lineage.Older || g.Class == Proven {
			continue
		}
		if ended == nil {
			there := r.there()
			ended = r.Test.Ended(func(id uint64) bool { return there[id] })
		}
		r.excuse(g, replacedReason, func(int) bool {
			ended[g.origin]--
			return ended[g.origin] >= 0
		})
	}
}

// there are the goroutines of the dump that the test does not own by label.
func (r *reader) there() map[uint64]bool {
	there := map[uint64]bool{}
	for _, id := range r.others {
		there[id] = true
	}
	for _, list := range [][]candidate{r.open, r.rest} {
		for _, c := range list {
			there[c.ID] = true
		}
	}
	return there
}

// SetAside moves the groups of which it is not known whose they are from Groups to
// Unattributed. It is to be called after the excuses.
func (i *Inspection) SetAside() {
	isOpen := func(g *Group) bool { return g.Whose == lineage.Unattributed }
	for _, g := range i.Groups {
		if isOpen(g) && g.Judged() {
			i.Unattributed = append(i.Unattributed, g)
		}
	}
	i.Groups = slices.DeleteFunc(i.Groups, isOpen)
}
