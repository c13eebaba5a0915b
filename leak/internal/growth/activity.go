package growth

import (
	"math"
	"time"

	"github.com/watertight-go/watertight/leak/internal/process"
)

const (
	// enoughFired are enough goroutines to tell one rate from another.
	enoughFired = 20
	// longestBlock bounds a block of watching. Timers that fired before have stopped
	// where none fires for so long. Those that fire more seldom are not told from timers
	// that fire once.
	longestBlock = time.Second
	// leastWatch is how long the activity may take to become steady, even where the
	// budget is short.
	leastWatch = 3 * longestBlock
	// tick is how long a watch sleeps at a time. How late it wakes up tells how late
	// timers fire.
	tick = 5 * time.Millisecond
)

// activity is how many goroutines timers created while nothing else ran.
type activity struct {
	fired int
	took  time.Duration
	// late is how late the watch woke up each time, on average.
	late time.Duration
	// steady: two blocks one after the other were alike.
	steady bool
}

// rate is in goroutines per second.
func (a activity) rate() float64 { return float64(a.fired) / a.took.Seconds() }

// watchActivity watches until no timer fires, which gives no activity, or as many fire as
// before. Timers that each fire once come to an end, or at least fire less and less;
// self-rearming timers do not. Where neither is so when the budget is spent, the activity
// is not steady.
func watchActivity(idle, budget time.Duration) activity {
	start := time.Now()
	budget = max(budget, leastWatch)
	last := watchBlock(idle, idle)
	for last.fired > 0 {
		next := watchBlock(idle, longestBlock)
		switch {
		case next.fired == 0:
			return activity{}
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
	return activity{}
}

// watchBlock watches for idle, and longer where timers fire, until enough have fired or
// the block has become long. It concludes that no timer fires after `still` without one.
func watchBlock(idle, still time.Duration) activity {
	var a activity
	before, start := process.Created(), time.Now()
	for n := time.Duration(1); ; n++ {
		time.Sleep(min(tick, idle))
		a.took = time.Since(start)
		a.fired = process.Created().Since(before)
		a.late = max(a.took/n-min(tick, idle), 0)
		enough := a.fired >= enoughFired || a.fired == 0 && a.took >= still || a.took >= longestBlock
		if enough && a.took >= idle {
			return a
		}
	}
}

// noise is by how many goroutines two blocks of the same activity may differ: timers that
// fire at the blocks' ends, and three standard deviations of chance.
func noise(fired float64) float64 { return 2 + 3*math.Sqrt(fired) }

// alike reports whether a went on in next, and did not only run out.
func (a activity) alike(next activity) bool {
	expected := a.rate() * next.took.Seconds()
	return float64(next.fired) >= expected/2 && float64(next.fired) <= 2*expected+noise(expected)
}

// stretched is how many times slower than on an idle machine timers fired, at most, if
// there were so many of them or more. It is infinite where the watch was as late as they
// were seldom: then the machine's pace was seen, not that of the timers.
func (a activity) stretched(timers float64) float64 {
	each := timers / a.rate()
	if each <= a.late.Seconds() {
		return math.Inf(1)
	}
	return each / (each - a.late.Seconds())
}

// slower is how many times slower than in next timers fired, at most, if they were the
// same ones: each of them is no faster than all together, and takes a tick or longer.
func (a activity) slower(next activity) float64 {
	if a.late <= next.late {
		return 1
	}
	ticks := float64(tick+a.late) / float64(tick+next.late)
	if rest := 1 - (a.late-next.late).Seconds()*a.rate(); rest > 0 {
		return min(ticks, 1/rest)
	}
	return ticks
}
