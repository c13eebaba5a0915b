package leak

import (
	"fmt"
	"math"
	"time"
)

// timerWatch looks for timers that go on firing. One that arms itself again has
// no goroutine that a dump could show, but each time it fires it creates one, and
// the runtime counts those. So while nothing runs the counter must stand still.
// Where it moves, only rounds tell: a timer left by each of them makes it move
// faster the more rounds there were, one that was started once does not.
//
// A timer that fires once, a while after its round, makes it move as well, and
// the more rounds were quick, the more are pending. So it must go on moving, and
// before it is called a leak, all that is pending gets the time that waiting
// goroutines get to end.
//
// Tickers create no goroutines. One that is still referenced holds memory, which
// is seen in the heap; one that is not is collected.
type timerWatch struct {
	watched bool
	// rounds are those at the first pulse.
	rounds int
	first  pulse
	// patient: some timers fired once, so each pulse waits until they have.
	patient bool
}

// seen reports whether timers went on firing in the first watch.
func (w *timerWatch) seen() bool { return w.first.fired > 0 }

// begin watches once there are enough rounds to be clean.
func (w *timerWatch) begin(c *course) {
	if w.watched || !c.plan.Judge.Timers {
		return
	}
	w.watched, w.rounds = true, c.ran
	w.first = watchPulse(c.plan.Idle, c.patience())
}

// judge watches again where timers were seen, and compares.
func (w *timerWatch) judge(c *course) Trend {
	t := Trend{Verdict: Clean, Why: "no timer went on firing while nothing ran"}
	if !created().ok {
		t.Verdict, t.Why = NotJudged, "this Go does not count created goroutines"
		return t
	}
	if !w.seen() || c.crowded || !c.plan.Judge.Timers {
		return t
	}
	if w.patient {
		time.Sleep(c.patience())
	}
	now := watchPulse(c.plan.Idle, c.patience())
	w.compare(c, now, &t)
	if now.steady && !w.first.steady {
		w.rounds, w.first, w.patient = c.ran, now, true
	}
	if t.Verdict != Leaking || w.patient {
		return t
	}
	time.Sleep(c.patience())
	later := watchPulse(c.plan.Idle, c.patience())
	w.compare(c, later, &t)
	if later.fired > 0 && !now.alike(later) {
		// What was seen first had some of those that fire once as well, so
		// more rounds are compared with what goes on firing now.
		t.Verdict, t.Why = Unknown, t.Why+", and other than before once all had time to fire"
		w.rounds, w.first, w.patient = c.ran, later, true
	}
	return t
}

// compare judges what fires now by what fired at first.
func (w *timerWatch) compare(c *course, now pulse, t *Trend) {
	if now.fired == 0 {
		t.Verdict, t.Why, t.Samples, t.Slope = Clean, "the timers that fired have stopped", nil, 0
		return
	}
	t.Samples = []float64{w.first.rate(), now.rate()}
	words := fmt.Sprintf("with nothing running %.3g goroutines were created per second after %d rounds, %.3g after %d",
		w.first.rate(), w.rounds, now.rate(), c.ran)
	t.Verdict, t.Why = Unknown, words
	more := float64(c.ran)/float64(w.rounds) - 1
	if more <= 0 {
		return
	}
	t.Slope = (now.rate() - w.first.rate()) / float64(c.ran-w.rounds)
	// All as numbers of goroutines in the time of the second pulse. A busy
	// machine makes timers fire late, and hides or feigns a difference.
	before := w.first.rate() * now.took.Seconds()
	chance := noise(before)
	least := float64(now.fired) - before*w.first.slower(now)
	// A leak leaves one in every other round or more.
	most := float64(now.fired)*now.stretched(float64(c.ran)/2) - before
	switch {
	case !w.first.steady || !now.steady:
		t.Why += ": it did not become steady"
	case least > chance && least >= before*min(more/2, 1):
		t.Verdict, t.Why = Leaking, words+": timers that arm themselves again"
	case most <= max(2, before*min(more/4, 0.5)):
		t.Verdict, t.Why = Clean, words+": no more than before"
	case math.IsInf(most, 1) || now.late > tick:
		t.Why += fmt.Sprintf(": the machine was too busy, and woke up %s late", short(now.late))
	}
}
