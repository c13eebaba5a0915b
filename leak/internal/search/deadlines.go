package search

import (
	"time"

	"github.com/watertight-go/watertight/leak/internal/timers"
)

const (
	// fewWaiting is up to how many goroutines may be left for their timers to be waited
	// for.
	fewWaiting = 100
	// longer is by how much goroutines that wait for a timer get more time than others
	// of their class, in all. Those whose timer fires within soon times that time are
	// no findings.
	longer = 3
	soon   = 6
	// maxAsked is how often a search asks which timers there are.
	maxAsked = 2
	// overslept is how late a sleep may end.
	overslept = 250 * time.Millisecond
)

// deadlines are the timers that goroutines wait for.
type deadlines struct {
	of map[uint64]deadline
	// slept are the goroutines that have been seen asleep.
	slept map[uint64]bool
	// asked is how often the search has asked for timers.
	asked int
	// unread is why it cannot be told which timers there are; nil where it can.
	unread error
	// entitled are the goroutines that were there when the times were over for the
	// first time. Timers of later ones are not waited for: where goroutines replace each
	// other there is always one.
	entitled idSet
}

// deadline is when a timer fires that a goroutine waits for.
type deadline struct {
	// at is the time since the start of the search. Zero for tickers.
	at time.Duration
	// every is the period of a ticker, sleep the length of a sleep.
	every, sleep time.Duration
	// when tells one time of the same timer from the next.
	when int64
	// again: one fired, and the goroutine waits for the next. gone: it was not there when
	// it was last asked for.
	again, gone bool
}

// inSelect is the state of goroutines that most often have a timer beside a channel. Where
// timers cannot be read, they get as long as if they had one.
const inSelect = "select"

// awake is in place of deadline.when where the goroutine did not wait.
const awake = -1

// once reports whether the goroutine may end when the timer has fired.
func (d deadline) once() bool { return d.every == 0 && !d.again }

// awaited is until when timers are waited for, and what follows when they fire.
func (w *watch) awaited() (until time.Duration) {
	if len(w.of) == 0 && w.unread == nil || w.last.Unproven > fewWaiting {
		return 0
	}
	most := w.from + longer*w.Settle.Waiting
	for g := range w.unproven {
		for _, id := range g.IDs {
			if w.unread != nil && g.Header.State == inSelect && w.entitled.has(id) {
				until = max(until, w.from+longer*w.Settle.Blocked)
			}
			if d, ok := w.of[id]; ok && d.once() && d.at <= most && w.entitled.has(id) {
				until = max(until, d.at+w.follows())
			}
		}
	}
	return until
}

// follows is how long a goroutine gets to end after its timer has fired.
func (w *watch) follows() time.Duration { return min(w.Settle.Waiting/2, time.Second) }

// noteSleeps remembers since when goroutines sleep, and for how long.
func (w *watch) noteSleeps() {
	now := w.elapsed()
	for id, d := range w.of {
		if _, ok := w.last.Sleeps[id]; d.sleep > 0 && !ok {
			delete(w.of, id)
		}
	}
	for id, sleep := range w.last.Sleeps {
		known, ok := w.of[id]
		switch {
		case !ok || known.sleep != sleep:
			w.setDeadline(id, deadline{at: now + sleep, sleep: sleep, again: w.slept[id]})
		case now > known.at+overslept:
			known.again = true
			w.of[id] = known
		}
	}
}

func (w *watch) setDeadline(id uint64, d deadline) {
	if w.of == nil {
		w.of, w.slept = map[uint64]deadline{}, map[uint64]bool{}
	}
	w.of[id] = d
	if d.sleep > 0 {
		w.slept[id] = true
	}
}

// askTimers asks which of the goroutines that wait on a channel wait for a timer. Where a
// timer has gone that a goroutine waited for, it may have fired at this moment, and what it
// wakes may set the next: then it asks again.
func (w *watch) askTimers() {
	if w.ask() {
		w.sleep(overslept)
		w.inspect()
		w.asked--
		w.ask()
	}
}

// ask asks once. It reports whether a timer has gone that was there before.
func (w *watch) ask() (gone bool) {
	ids := w.onChannels()
	if len(ids) == 0 || w.asked == maxAsked || w.inspector.Self.Bubble != 0 || !marks.TryRLock() {
		return false
	}
	defer marks.RUnlock()
	w.asked++
	var found map[uint64]timers.Wait
	w.step(len(ids), func() { found, w.unread = timers.Of(ids) })
	if w.unread != nil {
		return false
	}
	now := w.elapsed()
	for _, id := range ids {
		before, known := w.of[id]
		d, ok := w.deadlineOf(found[id].Timers, now)
		if found[id].Awake {
			// One has just fired.
			d, ok = deadline{at: now, when: awake}, true
		}
		switch {
		case ok:
			d.again = d.every == 0 && known && before.at < now && before.when != d.when
			w.setDeadline(id, d)
		case known && !before.gone:
			before.gone, gone = true, true
			w.of[id] = before
		default:
			delete(w.of, id)
		}
	}
	return gone
}

// onChannels are the candidates that wait on channels. Their class says that something
// in the process may wake them.
func (w *watch) onChannels() (ids []uint64) {
	for g := range w.unproven {
		if s := g.Header.State; s == inSelect || s == "chan receive" {
			ids = append(ids, g.IDs...)
		}
	}
	return ids
}

// deadlineOf chooses the timer that decides: of those that fire once and soon the last,
// which may be a limit beside the pauses of a loop; of others the first; and a ticker
// where there is nothing else.
func (w *watch) deadlineOf(all []timers.Timer, now time.Duration) (d deadline, ok bool) {
	limit := now + soon*w.Settle.Waiting
	for _, t := range all {
		at := now + t.In
		switch {
		case t.Every > 0:
			if !ok {
				d = deadline{every: t.Every}
			}
		case !ok || d.every > 0, at <= limit && (at >= d.at || d.at > limit), at > limit && at < d.at:
			d = deadline{at: at, when: t.When}
		}
		ok = true
	}
	if d.every == 0 {
		d.at = max(d.at, now)
	}
	return d, ok
}
