package search

import (
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// fakeClock is a clock whose sleeps take what they are asked for, and stopped more.
func fakeClock() (c *clock, stop func(time.Duration)) {
	at := time.Unix(1000, 0)
	var stopped time.Duration
	c = &clock{start: at, last: at}
	c.now = func() time.Time { return at }
	c.pause = func(d time.Duration) { at, stopped = at.Add(d+stopped), 0 }
	return c, func(d time.Duration) { stopped += d }
}

func TestClock(t *testing.T) {
	work := func(c *clock, d time.Duration) func() { return func() { c.pause(d) } }
	for name, c := range map[string]struct {
		do      func(c *clock, stop func(time.Duration))
		elapsed time.Duration
		wall    time.Duration
	}{
		"sleeps count": {func(c *clock, _ func(time.Duration)) {
			c.sleep(2 * time.Millisecond)
			c.sleep(100 * time.Millisecond)
		}, 102 * time.Millisecond, 102 * time.Millisecond},
		"one that was late counts": {func(c *clock, stop func(time.Duration)) {
			stop(late)
			c.sleep(2 * time.Millisecond)
		}, late + 2*time.Millisecond, late + 2*time.Millisecond},
		"a stop does not": {func(c *clock, stop func(time.Duration)) {
			stop(7 * time.Second)
			c.sleep(2 * time.Millisecond)
		}, late + 2*time.Millisecond, 7*time.Second + 2*time.Millisecond},
		"nor do several": {func(c *clock, stop func(time.Duration)) {
			for range 3 {
				stop(time.Minute)
				c.sleep(100 * time.Millisecond)
			}
		}, 600 * time.Millisecond, 3*time.Minute + 300*time.Millisecond},
		"a stop between two looks": {func(c *clock, _ func(time.Duration)) {
			c.pause(7 * time.Second)
			c.elapsed()
			c.pause(time.Millisecond)
		}, between + time.Millisecond, 7*time.Second + time.Millisecond},
		"a stop during a collection": {func(c *clock, stop func(time.Duration)) {
			stop(7 * time.Second)
			c.step(10, work(c, time.Millisecond))
		}, stepMost + 10*stepEach, 7*time.Second + time.Millisecond},
		"a dump of a million takes its time": {func(c *clock, _ func(time.Duration)) {
			c.step(1_000_000, work(c, 8*time.Second))
		}, 8 * time.Second, 8 * time.Second},
	} {
		clock, stop := fakeClock()
		c.do(clock, stop)
		require.Equal(t, c.elapsed, clock.elapsed(), name)
		require.Equal(t, c.wall, clock.wall(), name)
	}
}

// Work is what a search did not spend waiting; a stop is neither.
func TestClockSlept(t *testing.T) {
	c, stop := fakeClock()
	stop(time.Hour)
	c.sleep(100 * time.Millisecond)
	c.pause(10 * time.Millisecond)
	require.Equal(t, 200*time.Millisecond, c.slept)
	require.Equal(t, 210*time.Millisecond, c.elapsed())
}
