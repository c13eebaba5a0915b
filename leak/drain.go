package leak

import (
	"fmt"
	"time"
)

// drain is what the heap holds once the timers that were pending have fired.
// Each holds its function and what that needs until then, so that the heap rises
// as long as rounds come faster than their timers fire. Instead of guessing what
// belongs to them, the heap is judged when they are gone.
type drain struct {
	rounds int
	// sites are the bytes held by place.
	sites map[string]int64
	// pending are the timers that were held even then.
	pending int64
}

// drainable reports whether timers are pending that the heap has not yet been
// judged without.
func (c *course) drainable() bool {
	return c.drained == nil && c.allocations != nil && c.allocations.pending() > 0
}

// timed reports whether the heap rises and falls with timers, so that neither
// says anything before they have fired.
func (c *course) timed() bool { return c.allocations != nil && c.allocations.timed }

// drain waits until no more timers are pending than least, and reports whether
// there are fewer than before.
func (c *course) drain(least int64) (sites map[string]int64, fewer bool) {
	before := c.allocations.pending()
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, pollMost) {
		measureMemory()
		sites = c.allocations.read()
		left := c.patience()
		if now := c.allocations.pending(); now <= least || left == 0 {
			return sites, now < before
		}
		time.Sleep(min(pause, left))
	}
}

// judgeDrained judges the heap without pending timers, and without what ended
// goroutines held. It reports false where there was nothing of that kind.
func (c *course) judgeDrained(t *Trend, settled time.Duration) bool {
	a := c.allocations
	if a == nil || c.drained == nil && !a.timed && settled == 0 {
		return false
	}
	if c.drained != nil {
		c.compareDrained(t)
		return true
	}
	sites, fewer := c.drain(0)
	if !fewer && settled == 0 && a.pending() > 0 {
		return false
	}
	waited := short(time.Since(c.ended))
	if float64(a.since(sites))/float64(max(len(a.samples), 1)) <= t.Tolerance {
		t.Verdict, t.Why = Clean, fmt.Sprintf("what had risen is gone after another %s", waited)
		return true
	}
	if !fewer {
		return false
	}
	// Something is left beside the timers, which may be kept for good.
	c.drained = &drain{rounds: c.ran, sites: sites, pending: a.pending()}
	t.Verdict = Unknown
	t.Why = fmt.Sprintf("timers that fired in another %s held some of it, and more rounds were needed to tell of the rest", waited)
	return true
}

// compareDrained compares what is held without pending timers after some rounds
// and after more.
func (c *course) compareDrained(t *Trend) {
	rounds := c.ran - c.drained.rounds
	sites, _ := c.drain(c.drained.pending)
	if rounds == 0 {
		t.Verdict, t.Why = Unknown, "timers held some of it, and no more rounds were run to tell of the rest"
		return
	}
	rise := float64(total(sites)-total(c.drained.sites)) / float64(rounds)
	t.Slope, t.Low, t.High = rise, rise, rise
	words := fmt.Sprintf("%s more per round over %d rounds, once the timers that were pending had fired", bytesOf(rise), rounds)
	t.Verdict, t.Why = Clean, words
	// Bytes here and there, of which no place has many, are no leak of a place.
	if where := grown(c.drained.sites, sites, rounds, t.Tolerance); rise > t.Tolerance && len(where) > 0 {
		t.Verdict, t.Where = Leaking, where
	}
}
