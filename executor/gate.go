package executor

import (
	"fmt"
	"math"
	"time"
)

// gate keeps further calls from an agent that has too many stuck ones.
//
// While it is shut one trial call is let through after the backoff, which
// doubles each time: an agent that is called for ever and never returns leaves
// a number of stuck calls that grows with the logarithm of the time. A trial
// that succeeds opens the gate; the calls that are still stuck are written off
// then, or the next one would shut it at once. A stuck call that returns is a
// sign of life, and lets one trial through without waiting.
type gate struct {
	pending    int // given up, not stuck yet
	stuck      int
	writtenOff int // of stuck, those that no longer count against the maximum
	shut       bool
	trying     bool // a trial is under way
	refused    int
	opened     time.Time
	next       time.Time // of the next trial
	backoff    time.Duration
}

// ask reports whether a call may pass and whether it would be a trial.
func (g *gate) ask(now time.Time) (trial bool, err error) {
	switch {
	case !g.shut:
		return false, nil
	case !g.trying && !now.Before(g.next):
		return true, nil
	}
	g.refused++
	if g.trying {
		return false, fmt.Errorf("%w: %d, and a trial call is under way", ErrAgentStuck, g.stuck)
	}
	return false, fmt.Errorf("%w: %d, next trial in %v", ErrAgentStuck, g.stuck, g.next.Sub(now).Round(time.Millisecond))
}

// try starts a trial.
func (g *gate) try(now time.Time) {
	g.trying = true
	if g.backoff < math.MaxInt64/4 {
		g.backoff *= 2
	}
	g.next = now.Add(g.backoff)
}

// land ends a trial that came back in time, well or not, where all that matters is
// that it left nothing behind: the next may try at once, and waits no longer for it.
func (g *gate) land(now time.Time, backoff time.Duration) {
	g.trying = false
	g.next, g.backoff = now, max(g.backoff/2, backoff)
}

// decide ends a trial that did not return in time.
func (g *gate) decide(trial bool) {
	if trial {
		g.trying = false
	}
}

// add counts a stuck call, and shuts the gate when they are too many.
func (g *gate) add(a *abandoned, most int, backoff time.Duration) {
	g.stuck++
	if g.shut || g.stuck-g.writtenOff < most {
		return
	}
	g.shut = true
	// An agent that was well for longer than it had to wait starts afresh; one
	// that fails again soon after each success waits ever longer.
	if g.backoff == 0 || a.started.Sub(g.opened) > g.backoff {
		g.backoff = backoff
	}
	g.next = a.stuckAt.Add(g.backoff)
}

// open lets calls through again.
func (g *gate) open(now time.Time) {
	g.shut = false
	g.writtenOff = g.stuck
	g.opened = now
}

// ease takes note of a stuck call that returned: the gate opens where the rest
// are few enough, else the next call may try at once.
func (g *gate) ease(now time.Time, most int, backoff time.Duration) {
	g.stuck--
	g.writtenOff = min(g.writtenOff, g.stuck)
	g.next, g.backoff = now, backoff
	if g.shut && g.stuck < most {
		g.shut, g.opened = false, now
	}
}
