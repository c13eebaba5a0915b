package search

import "time"

const (
	// between is the most that counts of the time between two observations in which the
	// search only read counters.
	between = 100 * time.Millisecond
	// late is how much later than asked for a short sleep may end before the rest does
	// not count.
	late = 20 * time.Millisecond
	// stepMost and stepEach are the most that counts of a dump or a collection, in all
	// and for each goroutine.
	stepMost = time.Second
	stepEach = 20 * time.Microsecond
)

// clock tells for how long the search has observed. Time in which the process was
// stopped, or got no processor, does not count: nothing could end in it. Such time is
// recognized by steps that took far longer than they should.
//
// It is not safe for concurrent use.
type clock struct {
	now   func() time.Time
	pause func(time.Duration)
	// start is when the search began, last when elapsed time was last added up.
	start, last time.Time
	// counted is the observed time until last, slept the part of it that was spent
	// waiting.
	counted, slept time.Duration
}

func newClock() clock {
	now := time.Now()
	return clock{now: time.Now, pause: time.Sleep, start: now, last: now}
}

// elapsed is the observed time since the start.
func (c *clock) elapsed() time.Duration {
	c.observe(between)
	return c.counted
}

// wall is the time since the start, observed or not.
func (c *clock) wall() time.Duration { return c.now().Sub(c.start) }

// observe adds the time since the last observation, of which no more than most counts.
func (c *clock) observe(most time.Duration) time.Duration {
	now := c.now()
	took := min(now.Sub(c.last), most)
	c.counted += took
	c.last = now
	return took
}

// sleep waits. A sleep of 2 ms that took 10 s counts as one of 22 ms.
func (c *clock) sleep(d time.Duration) {
	c.observe(between)
	c.pause(d)
	c.slept += c.observe(d + max(d, late))
}

// step runs f, a dump or a collection with so many goroutines, and returns the time that
// counts.
func (c *clock) step(goroutines int, f func()) time.Duration {
	c.observe(between)
	f()
	return c.observe(stepMost + time.Duration(goroutines)*stepEach)
}
