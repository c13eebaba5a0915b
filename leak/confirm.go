package leak

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// confirmPauses are the waits before goroutines are judged that the last look
// saw for the first time. The timer that ends a context, say, runs a goroutine
// of a few microseconds, and just then the budgets end too. On a loaded machine
// it can be runnable for tens of milliseconds.
var confirmPauses = []time.Duration{5 * time.Millisecond, 20 * time.Millisecond, 80 * time.Millisecond}

// confirm looks again at goroutines that were seen only once, and leaves those
// out that are younger still: where goroutines come and go for other reasons
// than the code under test, some are always young. Of a test's own that cannot be
// the reason: where one of the same origin is left in each look, the goroutines
// replace each other.
func (w *watch) confirm() *look {
	lasting := w.origins()
	for _, pause := range confirmPauses {
		fresh, running := w.last.fresh(w.earlier)
		if !fresh {
			break
		}
		w.sleep(pause)
		if w.moved() {
			w.look()
			lasting = lasting.and(w.origins())
			continue
		}
		// The same goroutines as before: all have been seen twice now.
		w.earlier = w.last.candidates()
		if !running {
			break
		}
	}
	if young := w.last.dropYoung(w.earlier, lasting); young > 0 {
		w.warn(fmt.Sprintf("%s had only just been created and not judged", goroutines(young)))
	}
	return w.last
}

// candidates are the goroutines without proof that may be findings.
func (l *look) candidates() idSet {
	ids := make(idSet, 0, l.unproven)
	for _, g := range l.order {
		if g.class != Proven && g.suspect(l.finder.opts) {
			ids = append(ids, g.ids...)
		}
	}
	slices.Sort(ids)
	return ids
}

// idSet is a sorted list of goroutines, which takes a fifth of a map's memory.
type idSet []uint64

func (s idSet) has(id uint64) bool {
	_, ok := slices.BinarySearch(s, id)
	return ok
}

// suspect reports whether the group's goroutines may be findings.
func (g *group) suspect(o Options) bool { return g.judged() && o.fails(g.class) }

// judged reports whether the group's class decides.
func (g *group) judged() bool { return len(g.ids) > 0 && !g.system && g.excused == "" }

// fresh reports whether goroutines without proof are not among the earlier
// ones, and whether one that is running is left at all.
func (l *look) fresh(earlier idSet) (fresh, running bool) {
	for _, g := range l.order {
		if g.class == Proven || !g.suspect(l.finder.opts) {
			continue
		}
		for _, id := range g.ids {
			if !earlier.has(id) {
				fresh = true
				running = running || g.class == Running
			}
		}
	}
	return fresh, running
}

// sites are origins of goroutines.
type sites map[site]struct{}

// origins are those of the owner's goroutines without proof that may be findings;
// none where nobody owns them.
func (w *watch) origins() sites {
	if w.owner == nil {
		return nil
	}
	all := sites{}
	for _, g := range w.last.order {
		if g.class != Proven && g.suspect(w.opts) {
			all[siteOf(g)] = struct{}{}
		}
	}
	return all
}

// and are the sites that are in both.
func (s sites) and(other sites) sites {
	maps.DeleteFunc(s, func(one site, _ struct{}) bool {
		_, ok := other[one]
		return !ok
	})
	return s
}

// dropYoung takes goroutines without proof out that are not among the earlier
// ones, unless their origin is a lasting one, and returns their number.
func (l *look) dropYoung(earlier idSet, lasting sites) (young int) {
	for _, g := range l.order {
		if g.class == Proven || !g.suspect(l.finder.opts) {
			continue
		}
		if _, ok := lasting[siteOf(g)]; ok {
			continue
		}
		kept := g.ids[:0]
		for _, id := range g.ids {
			if earlier.has(id) {
				kept = append(kept, id)
			}
		}
		young += len(g.ids) - len(kept)
		g.ids = kept
	}
	return young
}
