package leak

import (
	"context"
	"runtime"
	"time"
)

const (
	// poll is how often the counters are read while waiting, at first. Reading
	// costs a microsecond, but waking up hundreds, with the scheduler's own
	// watchman that wakes up too. So the longer the wait has been the more
	// seldom they are read: an answer may come late by pollShare of the wait,
	// and never by more than pollMost.
	poll      = 2 * time.Millisecond
	pollShare = 20
	pollMost  = 100 * time.Millisecond
	// maxPause bounds the growing pauses between two dumps.
	maxPause = 500 * time.Millisecond
	// recollect is when the second collection comes: what the finalizers of the
	// first let go of is found then, and the goroutines that wait on it end.
	recollect = 20 * time.Millisecond
	// share is the part of the time that dumps may take while waiting.
	share = 10
	// seldom is the same where no goroutine came or went: only the state of
	// those that are left may have changed.
	seldom = 200
	// dumpTime is about what a dump takes for each goroutine.
	dumpTime = 3 * time.Microsecond
)

// watch repeats the look while goroutines settle, as seldom as it can.
type watch struct {
	*finder
	last *look
	// earlier are the candidates of the look before the last.
	earlier idSet
	// cost is what the last look took, at its end.
	cost  time.Duration
	at    time.Time
	pause time.Duration
	// collections counts those made so far; proven is what the leak profile
	// counted in the last of them.
	collections int
	proven      int
	final       bool
}

// look makes the next look.
func (w *watch) look() {
	start := time.Now()
	if w.last != nil {
		w.earlier = w.last.candidates()
	}
	w.last = w.finder.look()
	if w.last.unproven > 0 && !w.prover.done() {
		w.last = w.finder.look()
	}
	w.at = time.Now()
	w.cost = w.at.Sub(start)
}

// collect collects garbage, with proof where that is possible. The buffer of the
// next dump is made before: made after it, a large one would start another
// collection, beside the dump. Where a look follows at once, beside is worth it.
func (w *watch) collect(beside bool) {
	w.collections++
	w.dumper.room(runtime.NumGoroutine())
	w.prover.pass(beside)
	w.proven = w.prover.count()
}

// printed waits for what is under way of the last collection, and for the
// goroutine that did it to be gone: waiting begins with counting goroutines.
func (w *watch) printed() {
	if w.prover.printing != nil {
		w.prover.done()
		w.sleep(gone)
		w.proven = w.prover.count()
	}
}

// gone is what a goroutine gets to end in, once it has done its work.
const gone = 100 * time.Microsecond

// wait returns when another look is worth its cost, or for the final one when
// the budgets are over.
func (w *watch) wait(ctx context.Context, until time.Duration) {
	for {
		if time.Since(w.start) >= until || ctx.Err() != nil {
			w.final = true
			if ctx.Err() != nil {
				w.warn("the wait for goroutines to end was cut short: " + context.Cause(ctx).Error())
			}
			w.proveRest()
			return
		}
		elapsed := time.Since(w.start)
		w.sleep(min(max(min(poll, w.pause), elapsed/pollShare), pollMost, max(until-elapsed, time.Microsecond)))
		if w.collections < 2 && time.Since(w.start) >= recollect {
			before := w.proven
			w.collect(false)
			if w.proven > before {
				return
			}
		}
		if w.worthLooking() {
			return
		}
	}
}

// moved reports whether goroutines were created or ended since the last look.
// Its dump, which stopped the world, is what the counters are compared with: a
// goroutine that ended just after it must not look as if it were still there.
func (w *watch) moved() bool {
	return runtime.NumGoroutine() != w.last.all || !created().still(w.last.created)
}

// worthLooking reports whether something has changed, and looking has taken
// less than its share of the time. It is impatient where as many goroutines ended
// as are left: that may have been all of them.
func (w *watch) worthLooking() bool {
	since := time.Since(w.at)
	if since < share*w.cost {
		return false
	}
	if runtime.NumGoroutine() <= w.last.all-w.last.unproven {
		return true
	}
	if since < w.pause {
		return false
	}
	if !w.moved() && since < seldom*w.cost {
		return false
	}
	w.pause = min(2*w.pause, maxPause)
	return true
}

// cheapProof is a pass that may be made without need.
const cheapProof = 5 * time.Millisecond

// proveRest makes a last pass before the verdict where goroutines came or went,
// since the end of some may have made others provable; where it costs little also
// where none did, since one that was running may be stuck by now.
func (w *watch) proveRest() {
	if w.last.unproven > 0 && w.prover.profile != nil && (w.moved() || w.prover.last < cheapProof) {
		w.collect(false)
	}
}

func (f *finder) warn(text string) { f.warned = append(f.warned, text) }
