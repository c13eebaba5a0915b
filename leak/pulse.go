package leak

import (
	"math"
	"time"
)

const (
	// enoughFired are enough goroutines to tell one rate from another.
	enoughFired = 20
	// longestBlock bounds the block for them, and is how long it must be still
	// for what fired before to have stopped: timers that fire more seldom are
	// not told from those that fire once.
	longestBlock = time.Second
	// leastWatch is how long it may take to become steady, even where the budget
	// is short.
	leastWatch = 3 * longestBlock
	// tick is how long a watch sleeps at a time. How late it wakes up tells how
	// late timers fire.
	tick = 5 * time.Millisecond
)

// pulse is how many goroutines were created while nothing ran.
type pulse struct {
	fired int
	took  time.Duration
	// late is how late the watch woke up each time, on average.
	late time.Duration
	// steady: two blocks one after the other were alike.
	steady bool
}

// rate is in goroutines per second.
func (p pulse) rate() float64 { return float64(p.fired) / p.took.Seconds() }

// block watches for idle, and longer where something fires, until that is enough
// or the block has become long. It takes nothing for an answer once it has been
// still for the time given.
func block(idle, still time.Duration) pulse {
	var p pulse
	before, start := created(), time.Now()
	for n := time.Duration(1); ; n++ {
		time.Sleep(min(tick, idle))
		p.took = time.Since(start)
		p.fired = before.since()
		p.late = max(p.took/n-min(tick, idle), 0)
		enough := p.fired >= enoughFired || p.fired == 0 && p.took >= still || p.took >= longestBlock
		if enough && p.took >= idle {
			return p
		}
	}
}

// watchPulse watches until nothing fires any more, which gives no pulse, or as
// much fires as before. Timers that each fire once come to an end, or at least
// fire less and less; those that arm themselves again do not. Where neither is
// so when the budget is spent, the pulse is not steady.
func watchPulse(idle, budget time.Duration) pulse {
	start := time.Now()
	budget = max(budget, leastWatch)
	last := block(idle, idle)
	for last.fired > 0 {
		next := block(idle, longestBlock)
		switch {
		case next.fired == 0:
			return pulse{}
		case last.alike(next):
			last.fired += next.fired
			last.took += next.took
			last.late, last.steady = max(last.late, next.late), true
			return last
		case time.Since(start) >= budget:
			return next
		}
		last = next
	}
	return pulse{}
}

// noise is by how many goroutines two blocks may differ that mean the same:
// timers that fire at the blocks' ends, and three standard deviations of what
// comes by chance.
func noise(fired float64) float64 { return 2 + 3*math.Sqrt(fired) }

// alike reports whether p went on in next, and did not only run out.
func (p pulse) alike(next pulse) bool {
	expected := p.rate() * next.took.Seconds()
	return float64(next.fired) >= expected/2 && float64(next.fired) <= 2*expected+noise(expected)
}

// stretched is how many times slower than on an idle machine timers fired, at
// most, if there were so many of them or more. Infinite where the watch was as
// late as they were seldom: the machine's pace, not theirs, was seen.
func (p pulse) stretched(timers float64) float64 {
	each := timers / p.rate()
	if each <= p.late.Seconds() {
		return math.Inf(1)
	}
	return each / (each - p.late.Seconds())
}

// slower is how many times slower than in next timers fired, at most, if they
// were the same ones: each of them is no faster than all together, and takes a
// tick or longer.
func (p pulse) slower(next pulse) float64 {
	if p.late <= next.late {
		return 1
	}
	ticks := float64(tick+p.late) / float64(tick+next.late)
	if rest := 1 - (p.late-next.late).Seconds()*p.rate(); rest > 0 {
		return min(ticks, 1/rest)
	}
	return ticks
}

// since is how many goroutines were created since c was read.
func (c counter) since() int { return int(created().n - c.n) }
