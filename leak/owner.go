package leak

import "github.com/watertight-go/watertight/leak/internal/stack"

// owner tells whose goroutines count. A nil owner takes all.
//
// A goroutine is the owner's if it carries the owner's label, which it inherits
// from the one that created it; if it has lost it and was created by one of the
// owner's, in any number of steps; or if nothing but the owner can have created
// it, since nothing else ran.
type owner struct {
	key, value string
	// ids are the goroutines known to be the owner's: those that carried the
	// label once, and those that one of them created.
	ids map[uint64]struct{}
	// alone: nothing else runs in the process, and the baseline has all that
	// ran before, so that whatever cannot be traced to another owner is this
	// one's.
	alone bool
	// before are the goroutines there were before the owner began, for one that
	// has no baseline and was alone so far. Nil where that is not known.
	before map[uint64]uint64
	// strays are those that were taken only because of before.
	strays map[uint64]struct{}
}

// ownership says whose a goroutine is.
type ownership int

const (
	mine ownership = iota
	others
	nobodys
)

// orphan is a goroutine without the owner's label key: a library may have set
// labels of its own in its place.
type orphan struct {
	id, creator uint64
	head        *head
	record      stack.Record
}

// labelled says whose goroutines with this header are.
func (o *owner) labelled(h stack.Header) ownership {
	if o == nil {
		return mine
	}
	for _, l := range h.Labels {
		if l.Key == o.key {
			if l.Value == o.value {
				return mine
			}
			return others
		}
	}
	return nobodys
}

// claims says whose a goroutine is, by its labels or by what was known of it.
func (o *owner) claims(id uint64, h *head) ownership {
	if o == nil {
		return mine
	}
	if h.owned == mine {
		o.ids[id] = struct{}{}
	}
	if h.owned != nobodys {
		return h.owned
	}
	if _, ok := o.ids[id]; ok || o.alone {
		return mine
	}
	return nobodys
}

// adopt returns the orphans that are the owner's.
func (o *owner) adopt(orphans []orphan) (adopted []orphan) {
	if o == nil {
		return nil
	}
	adopted, orphans = o.created(orphans)
	if o.before == nil {
		return adopted
	}
	for _, c := range o.newcomers(orphans) {
		if o.strays == nil {
			o.strays = map[uint64]struct{}{}
		}
		o.strays[c.id], o.ids[c.id] = struct{}{}, struct{}{}
		adopted = append(adopted, c)
	}
	return adopted
}

// created splits off the orphans that the owner's goroutines created, in any
// number of steps.
func (o *owner) created(orphans []orphan) (created, rest []orphan) {
	for again := true; again; {
		again = false
		rest = orphans[:0]
		for _, c := range orphans {
			if _, ok := o.ids[c.creator]; !ok || c.creator == 0 {
				rest = append(rest, c)
				continue
			}
			o.ids[c.id] = struct{}{}
			created = append(created, c)
			again = true
		}
		orphans = rest
	}
	return created, rest
}

// newcomers are the orphans that were not there before and whose creators have
// ended, or are newcomers themselves. What a goroutine of before creates is its
// own: a pool that was there before may replace a worker.
func (o *owner) newcomers(orphans []orphan) (found []orphan) {
	creators := map[uint64]uint64{}
	for _, c := range orphans {
		creators[c.id] = c.creator
	}
	for _, c := range orphans {
		root, steps := c.id, 0
		for ; steps <= len(orphans); steps++ {
			if _, old := o.before[root]; old {
				break
			}
			next, known := creators[root]
			if !known {
				break
			}
			root = next
		}
		if _, old := o.before[root]; !old && steps > 0 {
			found = append(found, c)
		}
	}
	return found
}
