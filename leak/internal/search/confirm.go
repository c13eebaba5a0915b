package search

import (
	"maps"
	"slices"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// confirmPauses are the waits before goroutines are judged that the last inspection saw
// for the first time. A timer that ends a context, for example, runs a goroutine of a
// few microseconds, and the times may be over at that moment. On a loaded machine it can
// be runnable for tens of milliseconds.
var confirmPauses = []time.Duration{5 * time.Millisecond, 20 * time.Millisecond, 80 * time.Millisecond}

// confirm inspects again where goroutines were seen only once, and removes those that
// are younger still. Where goroutines come and go for other reasons than the code under
// test, some are always young. That cannot be the reason for the goroutines of a test:
// where some of the same origin are left in each inspection, they replace each other.
func (w *watch) confirm() {
	lasting := w.origins()
	for _, pause := range confirmPauses {
		fresh, running := w.fresh()
		if !fresh {
			break
		}
		w.sleep(pause)
		if w.moved() {
			w.inspect()
			lasting = both(lasting, w.origins())
			continue
		}
		// The same goroutines as before: all have been seen twice now.
		w.earlier = w.candidates()
		if !running {
			break
		}
	}
	if young := w.removeYoung(lasting); young > 0 {
		w.warn(words.Goroutines(young) + " had only just been created and not judged")
	}
}

// unproven yields the groups of the last inspection that may be findings and are not
// proven to be stuck.
func (w *watch) unproven(yield func(*inspect.Group) bool) {
	for _, g := range w.last.Groups {
		if g.Class != inspect.Proven && w.inspector.Suspect(g) && !yield(g) {
			return
		}
	}
}

// candidates are the goroutines without proof that may be findings.
func (w *watch) candidates() idSet {
	ids := make(idSet, 0, w.last.Unproven)
	for g := range w.unproven {
		ids = append(ids, g.IDs...)
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

// fresh reports whether goroutines without proof are not among the earlier ones, and
// whether one of these is running.
func (w *watch) fresh() (fresh, running bool) {
	for g := range w.unproven {
		for _, id := range g.IDs {
			if !w.earlier.has(id) {
				fresh = true
				running = running || g.Class == inspect.Running
			}
		}
	}
	return fresh, running
}

type origins map[inspect.Origin]struct{}

// origins are those of the test's goroutines without proof that may be findings; none
// where the search is for all goroutines. A service that is older than the test may
// start goroutines all the time.
func (w *watch) origins() origins {
	if w.Test.OfProcess() {
		return nil
	}
	all := origins{}
	for g := range w.unproven {
		if g.Whose != lineage.Older {
			all[g.Origin()] = struct{}{}
		}
	}
	return all
}

// both are the origins that are in both.
func both(one, other origins) origins {
	maps.DeleteFunc(one, func(o inspect.Origin, _ struct{}) bool {
		_, ok := other[o]
		return !ok
	})
	return one
}

// removeYoung removes goroutines without proof that are not among the earlier ones, unless
// their origin is a lasting one, and returns their number.
func (w *watch) removeYoung(lasting origins) (young int) {
	for g := range w.unproven {
		if _, ok := lasting[g.Origin()]; !ok {
			young += g.Keep(w.earlier.has)
		}
	}
	return young
}
