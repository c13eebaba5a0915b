package search

import (
	"context"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/process"
)

const (
	// poll is how often the counters are read while waiting, at first. Reading costs a
	// microsecond, but waking up costs hundreds, since the scheduler's own monitor
	// wakes up too. So the longer the wait has been, the more seldom they are read: an
	// answer may come late by one pollShare-th of the wait, and by pollMost at most.
	poll      = 2 * time.Millisecond
	pollShare = 20
	pollMost  = 100 * time.Millisecond
	// maxPause bounds the growing pauses between two dumps.
	maxPause = 500 * time.Millisecond
	// recollect is when the second collection comes. It finds what the finalizers of
	// the first released, and the goroutines that wait on it end.
	recollect = 20 * time.Millisecond
	// recollectGrowth is by how much the time of each further collection grows.
	// A goroutine that reads a weak pointer keeps what it points
	// to, if it reads it during a collection: one collection more may free it.
	recollectGrowth = 5
	// fewLeft is up to how many goroutines further collections are made even if they
	// are not cheap.
	fewLeft = 1000
	// dumpShare bounds the dumps while waiting to one dumpShare-th of the time.
	dumpShare = 10
	// dumpShareStill is the same where no goroutine came or went: only the state of
	// those that are left may have changed.
	dumpShareStill = 200
	// dumpTime is about what a dump takes for each goroutine.
	dumpTime = 3 * time.Microsecond
	// cheapPass is a pass that may be made without need.
	cheapPass = 5 * time.Millisecond
	// endTime is what a goroutine gets to end in, once it has done its work.
	endTime = 100 * time.Microsecond
)

// watch repeats the inspection while goroutines settle, as seldom as it can.
type watch struct {
	*Search
	last *inspect.Inspection
	// earlier are the candidates of the inspection before the last.
	earlier idSet
	// cost is what the last inspection took, at is when it ended, since the start.
	cost, at time.Duration
	// pause is the least time between two inspections.
	pause time.Duration
	// collections counts those made so far. proven is what the leak profile counted in
	// the last of them.
	collections int
	proven      int
	// nextCollection is when the next one is due, since the start of the wait. Zero
	// before the third.
	nextCollection time.Duration
	// final: all times are over, and the next inspection is the last, unless there is a
	// reason to wait longer. cut: there is none, as the context or the clock says.
	final, cut bool
	// cutByCaller: the caller's context ended the wait. What is left then is the answer,
	// also if it would end soon.
	cutByCaller bool

	budget
	deadlines
}

// inspect makes the next inspection.
func (w *watch) inspect() {
	if w.last != nil {
		w.earlier = w.candidates()
	}
	w.cost = w.step(runtime.NumGoroutine(), func() {
		w.last = w.Inspect()
		if w.last.Unproven > 0 && !w.prover.finish() {
			w.last = w.Inspect()
		}
	})
	w.at = w.elapsed()
	w.noteSleeps()
	w.noteBirths()
}

// collect collects garbage, with proof where that is possible. The buffer of the next
// dump is made before: made after it, a large one would start another collection beside
// the dump.
func (w *watch) collect() {
	w.collections++
	w.dumper.Reserve(runtime.NumGoroutine())
	w.step(runtime.NumGoroutine(), w.prover.pass)
	w.proven = w.prover.count()
}

// collectBesideDump is collect where an inspection follows at once.
func (w *watch) collectBesideDump() {
	w.collections++
	w.dumper.Reserve(runtime.NumGoroutine())
	w.step(runtime.NumGoroutine(), w.prover.passBesideDump)
	w.proven = w.prover.count()
}

// finishPass waits until no pass is under way and the goroutine that did it is gone.
// Waiting begins with counting goroutines, and that one must not be among them.
func (w *watch) finishPass() {
	if w.prover.writing != nil {
		w.step(runtime.NumGoroutine(), func() { w.prover.finish() })
		w.sleep(endTime)
		w.proven = w.prover.count()
	}
}

// postponeMost is how many goroutines without proof make the first inspection wait.
const postponeMost = 5000

// canPostpone reports whether so many goroutines are left without proof that some of
// them have to be waited for in any case. Then the first dump, which is most of the work,
// would be wasted; the counters tell when there is something to see. Where goroutines
// may be excused or belong to others, only an inspection tells whether there is anything
// to wait for.
func (w *watch) canPostpone() bool {
	anybodys := w.Test.OfProcess() && w.inspector.Self.Bubble == 0
	anything := len(w.Allow)+len(w.Labels) == 0 && w.Fail == nil
	if w.collections == 0 || !anybodys || !anything || w.many() == 0 {
		return false
	}
	w.finishPass()
	left := w.many()
	if left == 0 {
		return false
	}
	w.last = &inspect.Inspection{Total: runtime.NumGoroutine(), Unproven: left, Created: process.Created()}
	w.started = w.prover.started
	w.at, w.cost = w.elapsed(), time.Duration(left)*dumpTime
	return true
}

// many is how many goroutines are left without proof; zero for postponeMost or fewer.
func (w *watch) many() int {
	if left := runtime.NumGoroutine() - w.Baseline.Count - w.proven; left > postponeMost {
		return left
	}
	return 0
}

// wait returns when another inspection is worth its cost, or for the final one when the
// time is over.
func (w *watch) wait(ctx context.Context, until time.Duration) {
	for {
		elapsed := w.elapsed()
		if w.isCut(ctx) || elapsed >= until {
			w.final = true
			w.proveRest()
			return
		}
		w.sleep(min(max(min(poll, w.pause), elapsed/pollShare), pollMost, max(until-elapsed, time.Microsecond)))
		w.noteCreations()
		if w.collectionDue() {
			before := w.proven
			w.collect()
			if w.proven > before {
				return
			}
		}
		if w.worthInspecting() {
			return
		}
	}
}

// isCut reports whether the wait has to end, whatever is left.
func (w *watch) isCut(ctx context.Context) bool {
	switch {
	case w.cut:
	case ctx.Err() != nil:
		w.cut, w.cutByCaller = true, true
		w.warn("the wait for goroutines to end was cut short: " + context.Cause(ctx).Error())
	case w.Settle.Limit > 0 && w.wall() >= w.Settle.Limit:
		w.cut = true
	}
	return w.cut
}

// collectionDue reports whether it is time to collect again: twice in any case, and more
// often where few goroutines are left or a collection is cheap.
func (w *watch) collectionDue() bool {
	elapsed := w.elapsed()
	if w.collections < 2 {
		return elapsed >= recollect
	}
	due := max(w.nextCollection, recollectGrowth*recollect)
	if elapsed < due || w.last.Unproven > fewLeft && w.prover.lastCollection > cheapPass {
		return false
	}
	w.nextCollection = recollectGrowth * due
	return true
}

// moved reports whether goroutines were created or ended since the last inspection. The
// counters are compared with its dump, which stopped the world: a goroutine that ended
// just after it must not look as if it were still there. Those that passes started do not
// count.
func (w *watch) moved() bool {
	before := w.last.Created
	before.N += uint64(w.prover.started - w.started)
	return runtime.NumGoroutine() != w.last.Total || !process.Created().Still(before)
}

// worthInspecting reports whether something has changed, and inspections have taken less
// than their share of the time. It does not wait for its pause where as many goroutines
// ended as are left: that may have been all of them.
func (w *watch) worthInspecting() bool {
	since := w.elapsed() - w.at
	if since < dumpShare*w.cost {
		return false
	}
	if runtime.NumGoroutine() <= w.last.Total-w.last.Unproven {
		return true
	}
	if since < w.pause {
		return false
	}
	if !w.moved() && since < dumpShareStill*w.cost {
		return false
	}
	w.pause = min(2*w.pause, maxPause)
	return true
}

// proveRest makes a last pass before the verdict where goroutines came or went, since the
// end of some may have made others provable. Where a pass is cheap it is made in any
// case, since a goroutine that was running may be stuck by now.
func (w *watch) proveRest() {
	if w.last.Unproven > 0 && w.prover.profile != nil && (w.moved() || w.prover.last < cheapPass) {
		w.collect()
	}
}
