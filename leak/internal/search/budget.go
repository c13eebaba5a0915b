package search

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/process"
)

const (
	// maxRestarts is how often the times begin anew while goroutines are created.
	maxRestarts = 3
	// busyRate is how many goroutines a second are created by code that is still at
	// work. A loop that sleeps between two goroutines is not, and may be a leak.
	busyRate = 1000
	// busyLeast is how many of them must be counted between two observations.
	busyLeast = 20
	// recheck is the pause before a second inspection where only one was made.
	recheck = 20 * time.Millisecond
	// runningInspections is how often goroutines that run are inspected again before they count.
	runningInspections = 3
)

// budget is when the times of Settle begin.
type budget struct {
	// from is their begin, since the start of the search. It is later than the start
	// where goroutines were still being created.
	from     time.Duration
	restarts int
	// busy is when goroutines were last created at busyRate or faster.
	busy    time.Duration
	created process.Counter
	// noted is when created was read.
	noted time.Duration
	// newestAtFirst is the highest ID among the candidates of the first inspection.
	newestAtFirst uint64
	// born: there are newer candidates. atWork is how many inspections in a row have
	// seen a creator at work.
	born   bool
	atWork int
}

// until is how long goroutines that are left still have, since the start of the search;
// zero where all are proven to be stuck or none is left.
func (w *watch) until() time.Duration {
	left := w.undecided(w.last)
	if left == 0 {
		return 0
	}
	return max(w.from+left, w.awaited())
}

// prolong reports whether there is a reason to wait after the times are over.
func (w *watch) prolong() bool {
	if w.last.Unproven == 0 || w.undecided(w.last) == 0 {
		return false
	}
	if w.restart() {
		return true
	}
	if w.entitled == nil {
		w.entitled = w.candidates()
	}
	w.inspectRunning()
	if w.awaited() <= w.elapsed() {
		w.askTimers()
	}
	return w.awaited() > w.elapsed()
}

// inspectRunning inspects again where goroutines run: one that wakes up now and then may
// have been awake at that moment only, and what it waits for decides.
func (w *watch) inspectRunning() {
	for range runningInspections {
		if w.last.Unproven > fewWaiting || !w.anyRunning() {
			return
		}
		w.sleep(recheck)
		w.inspect()
	}
}

// anyRunning reports whether a candidate runs.
func (w *watch) anyRunning() bool {
	for g := range w.unproven {
		if g.Class == inspect.Running && len(g.IDs) > 0 {
			return true
		}
	}
	return false
}

// restart lets the times begin anew where goroutines have been created meanwhile, by
// code that ran.
func (w *watch) restart() bool {
	if w.earlier == nil && w.creatorAtWork() {
		// All look new to the first inspection.
		w.sleep(recheck)
		w.inspect()
	}
	from := w.from
	if w.creatorAtWork() {
		from = w.elapsed()
	} else if w.busy > w.from && w.born {
		from = w.busy
	}
	if from == w.from {
		return false
	}
	if w.restarts == maxRestarts {
		w.warn("goroutines were still being created when the time was over")
		return false
	}
	w.restarts++
	w.from = from
	return w.until() > w.elapsed()
}

// creatorAtWork reports whether a candidate that was running created another that the
// inspection before did not see.
func (w *watch) creatorAtWork() bool {
	running := map[uint64]bool{}
	for g := range w.unproven {
		if g.Class == inspect.Running && len(g.IDs) <= fewLeft {
			for _, id := range g.IDs {
				running[id] = true
			}
		}
	}
	if len(running) == 0 {
		return false
	}
	for g := range w.unproven {
		if running[g.Trace.Creator] && slices.ContainsFunc(g.IDs, func(id uint64) bool { return !w.earlier.has(id) }) {
			return true
		}
	}
	return false
}

// noteCreations reads how many goroutines have been created since the last time.
func (w *watch) noteCreations() {
	now, at := process.Created(), w.elapsed()
	if w.created.Known && now.Known {
		n := now.Since(w.created)
		if n >= busyLeast && float64(n) >= busyRate*(at-w.noted).Seconds() {
			w.busy = at
		}
	}
	w.created, w.noted = now, at
}

// noteBirths remembers whether there are candidates that are newer than the first
// inspection, and when a creator was last seen at work twice in a row. The runtime hands
// out IDs in batches, so the answer may come late, by some goroutines.
func (w *watch) noteBirths() {
	newest := uint64(0)
	for g := range w.unproven {
		for _, id := range g.IDs {
			newest = max(newest, id)
		}
	}
	if w.newestAtFirst == 0 {
		w.newestAtFirst = newest
	}
	w.born = newest > w.newestAtFirst
	if w.earlier == nil || !w.creatorAtWork() {
		w.atWork = 0
	} else if w.atWork++; w.atWork > 1 {
		w.busy = w.at
	}
}
