package leak

import (
	"fmt"
	"time"
)

// timerWatch looks for timers that go on firing. One that arms itself again has
// no goroutine that a dump could show, but each time it fires it creates one, and
// the runtime counts those. So while nothing runs the counter must stand still.
// Where it moves, only rounds tell: a timer left by each of them makes it move
// faster the more rounds there were, one that was started once does not.
//
// Tickers create no goroutines. One that is still referenced holds memory, which
// is seen in the heap; one that is not is collected.
type timerWatch struct {
	// rounds and fired are those at the first watch.
	rounds int
	fired  int
	// length is how long each watch took.
	length time.Duration
}

const (
	// enoughFired are enough goroutines to tell one rate from another.
	enoughFired = 20
	// longestWatch bounds the watch for them.
	longestWatch = time.Second
)

// seen reports whether timers fired in the first watch.
func (w *timerWatch) seen() bool { return w.fired > 0 }

// first watches once there are enough rounds to be clean.
func (w *timerWatch) first(c *course) {
	if w.length > 0 || !c.plan.judges(Timers) {
		return
	}
	w.rounds = c.ran
	before := created()
	for w.length < longestWatch {
		time.Sleep(c.plan.Idle)
		w.length += c.plan.Idle
		w.fired = before.since()
		if w.fired == 0 || w.fired >= enoughFired {
			return
		}
	}
}

// judge watches again where timers were seen, and compares.
func (w *timerWatch) judge(c *course) Trend {
	t := Trend{Resource: Timers, Verdict: Clean, Why: "no timer fired while nothing ran"}
	if !created().ok {
		t.Verdict, t.Why = NotJudged, "this Go does not count created goroutines"
		return t
	}
	if !w.seen() || c.crowded || !c.plan.judges(Timers) {
		return t
	}
	before, start := created(), time.Now()
	time.Sleep(w.length)
	fired := before.since()
	if late := time.Since(start) - w.length; late > w.length/4 {
		t.Verdict, t.Why = Unknown, fmt.Sprintf("the machine was too busy: the watch ended %s late", short(late))
		return t
	}
	rate := func(n int) float64 { return float64(n) / w.length.Seconds() }
	t.Samples = []float64{rate(w.fired), rate(fired)}
	more := float64(c.ran)/float64(w.rounds) - 1
	if more > 0 {
		t.Slope = (rate(fired) - rate(w.fired)) / float64(c.ran-w.rounds)
	}
	rise, expected := float64(fired-w.fired), float64(w.fired)*more
	words := fmt.Sprintf("with nothing running %.3g goroutines were created per second after %d rounds, %.3g after %d",
		rate(w.fired), w.rounds, rate(fired), c.ran)
	switch {
	case rise > 2 && rise >= expected/2 && more > 0:
		t.Verdict, t.Why = Leaking, words+": timers that arm themselves again"
	case rise <= max(2, expected/4) && more > 0:
		t.Why = words + ": no more than before"
	default:
		t.Verdict, t.Why = Unknown, words
	}
	return t
}

// since is how many goroutines were created since c was read.
func (c counter) since() int { return int(created().n - c.n) }
