package hook

import (
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// clock ends the process when the tests have run for too long, as the -timeout of go test
// does. It stands still while a check waits.
type clock struct {
	timeout time.Duration
	// expired is called before the process ends, with the tests that run.
	expired func(running []string)

	mu    sync.Mutex
	timer *time.Timer
	// running are the tests that have begun, with their starts.
	running map[string]time.Time
	// waiting is how many checks run. since is when the last stretch began in which the
	// clock runs, or stands still; left is what was left then.
	waiting int
	since   time.Time
	left    time.Duration
	paused  time.Duration
	stopped bool
}

func newClock(timeout time.Duration, expired func([]string)) *clock {
	return &clock{timeout: timeout, expired: expired, left: timeout, running: map[string]time.Time{}}
}

// begin notes that a test runs. The first one sets the clock going.
func (c *clock) begin(test string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.running[test] = now
	if c.timeout > 0 && c.timer == nil {
		c.since = now
		c.timer = time.AfterFunc(c.left, c.ring)
	}
}

// pause notes that the check of a test begins to search.
func (c *clock) pause() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting++; c.waiting == 1 {
		c.left -= c.turn()
		if c.timer != nil {
			c.timer.Stop()
		}
	}
}

// end notes that a test has ended, its check too. It returns how long the clock stood
// still until now, while other checks may go on waiting.
func (c *clock) end(test string) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.running, test)
	if c.waiting--; c.waiting == 0 {
		c.paused += c.turn()
		if c.timer != nil && !c.stopped {
			c.timer.Reset(c.left)
		}
	}
	if c.waiting > 0 {
		return c.paused + time.Since(c.since)
	}
	return c.paused
}

// turn begins a new stretch, and returns how long the last one was.
func (c *clock) turn() time.Duration {
	now := time.Now()
	passed := now.Sub(c.since)
	c.since = now
	return passed
}

// stop stops the clock for good.
func (c *clock) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	if c.timer != nil {
		c.timer.Stop()
	}
}

// ring ends the process, with the words of package testing.
func (c *clock) ring() {
	c.mu.Lock()
	if c.stopped || c.waiting > 0 {
		c.mu.Unlock()
		return
	}
	names := slices.Sorted(maps.Keys(c.running))
	text := fmt.Sprintf("test timed out after %v", c.timeout)
	if len(names) > 0 {
		text += "\nrunning tests:"
	}
	var lines strings.Builder
	for _, name := range names {
		fmt.Fprintf(&lines, "\n\t%s (%v)", name, time.Since(c.running[name]).Round(time.Second))
	}
	c.mu.Unlock()
	c.expired(names)
	debug.SetTraceback("all")
	panic(text + lines.String())
}
