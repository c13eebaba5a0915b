package growth

import (
	"fmt"
	"math"
	"time"

	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// timerWatch detects self-rearming timers. Such a timer has no goroutine that a dump
// could show, but each time that it fires it creates one, and the runtime counts those.
// While nothing runs the counter must stand still. Where it moves, only rounds tell: a
// timer left by each of them makes it move faster the more rounds there were, one that was
// started once does not.
//
// A timer that fires once, some time after its round, makes the counter move as well, and
// the faster the rounds, the more such timers are pending. So the counter must go on
// moving, and before timers are called a leak, all that are pending get the time that
// waiting goroutines get to end.
//
// Tickers create no goroutines. One that is still referenced holds memory, which is seen
// in the heap; one that is not is collected.
type timerWatch struct {
	watched bool
	// rounds are those at the first activity.
	rounds int
	first  activity
	// awaitOnce: some timers fired once, so each watch waits until they have.
	awaitOnce bool
}

// seen reports whether timers went on firing in the first watch.
func (w *timerWatch) seen() bool { return w.first.fired > 0 }

// watchTimers watches for the first time, once there are enough rounds to be clean.
func (r *run) watchTimers() {
	if r.timers.watched || !r.plan.Judge.Timers {
		return
	}
	r.timers.watched, r.timers.rounds = true, r.ran
	r.timers.first = watchActivity(r.plan.Idle, r.timersHave())
}

// judgeTimers watches again where timers were seen, and compares.
func (r *run) judgeTimers() Trend {
	w := &r.timers
	clean := Trend{Verdict: Clean, Why: "no timer went on firing while nothing ran"}
	if !process.Created().Known {
		return Trend{Verdict: NotJudged, Why: "this Go does not count created goroutines"}
	}
	if !w.seen() || r.othersRan || !r.plan.Judge.Timers {
		return clean
	}
	if w.awaitOnce {
		time.Sleep(r.timersHave())
	}
	now := watchActivity(r.plan.Idle, r.timersHave())
	t := w.compare(now, r.ran)
	if now.steady && !w.first.steady {
		w.again(now, r.ran)
	}
	if t.Verdict != Leaking || w.awaitOnce {
		return t
	}
	time.Sleep(r.timersHave())
	later := watchActivity(r.plan.Idle, r.timersHave())
	t = w.compare(later, r.ran)
	if later.fired > 0 && !now.alike(later) {
		// The first activity had some timers that fire once, so more rounds are compared
		// with what goes on firing now.
		t.Verdict, t.Why = Unknown, t.Why+"; the rate changed after one-shot timers fired"
		w.again(later, r.ran)
	}
	return t
}

// again makes the activity the first one, which more rounds are compared with.
func (w *timerWatch) again(first activity, ran int) {
	w.rounds, w.first, w.awaitOnce = ran, first, true
}

// compare judges what fires now, after ran rounds, by what fired at first.
func (w *timerWatch) compare(now activity, ran int) Trend {
	if now.fired == 0 {
		return Trend{Verdict: Clean, Why: "the timers that fired have stopped"}
	}
	t := Trend{Verdict: Unknown, Samples: []float64{w.first.rate(), now.rate()}}
	t.Why = fmt.Sprintf("with nothing running %.3g goroutines were created per second after %d rounds, %.3g after %d",
		w.first.rate(), w.rounds, now.rate(), ran)
	more := float64(ran)/float64(w.rounds) - 1
	if more <= 0 {
		return t
	}
	t.Slope = (now.rate() - w.first.rate()) / float64(ran-w.rounds)
	// All are numbers of goroutines in the time of the second activity. A busy machine
	// makes timers fire late, which hides or feigns a difference.
	before := w.first.rate() * now.took.Seconds()
	least := float64(now.fired) - before*w.first.slower(now)
	// A leak leaves one in every other round or more.
	most := float64(now.fired)*now.stretched(float64(ran)/2) - before
	switch {
	case !w.first.steady || !now.steady:
		t.Why += ": it did not become steady"
	case least > noise(before) && least >= before*min(more/2, 1):
		t.Verdict = Leaking
		t.Why += ": self-rearming timers"
	case most <= max(2, before*min(more/4, 0.5)):
		t.Verdict = Clean
		t.Why += ": no more than before"
	case math.IsInf(most, 1) || now.late > tick:
		t.Why += fmt.Sprintf(": the machine was too busy, and woke up %s late", words.Duration(now.late))
	}
	return t
}
