package executor

import (
	"fmt"
	"math"
	"time"
)

// breakerState is the state of a circuit breaker.
type breakerState int

const (
	breakerClosed   breakerState = iota // calls pass
	breakerOpen                         // calls are refused until nextTrial
	breakerHalfOpen                     // one trial call is under way, other calls are refused
)

// breaker is a circuit breaker. It refuses calls to an agent that has too many
// stuck calls:
//
//	closed    -> open       too many calls are stuck
//	open      -> half-open  a call is let through as a trial, once backoff is over
//	half-open -> closed     the trial succeeded
//	half-open -> open       the trial failed or is stuck itself
//	any       -> closed     stuck calls returned and few are left
//
// The backoff doubles with each trial. So an agent that never returns leaves a
// number of stuck calls that grows with the logarithm of the time.
type breaker struct {
	state   breakerState
	pending int // calls that were given up and are not stuck yet
	stuck   int
	// writtenOff is how many of stuck no longer count against the maximum: those
	// that were stuck when the breaker closed, or the next call would open it.
	writtenOff int
	refused    int
	closedAt   time.Time
	nextTrial  time.Time
	backoff    time.Duration
}

// allow says whether a call may be made now, and whether it would be a trial.
func (b *breaker) allow(now time.Time) (trial bool, err error) {
	switch {
	case b.state == breakerClosed:
		return false, nil
	case b.state == breakerOpen && !now.Before(b.nextTrial):
		return true, nil
	}
	b.refused++
	if b.state == breakerHalfOpen {
		return false, fmt.Errorf("%w: %d, and a trial call is under way", ErrAgentStuck, b.stuck)
	}
	return false, fmt.Errorf("%w: %d, next trial in %v", ErrAgentStuck, b.stuck, b.nextTrial.Sub(now).Round(time.Millisecond))
}

// startTrial makes the breaker half-open.
func (b *breaker) startTrial(now time.Time) {
	b.state = breakerHalfOpen
	if b.backoff < math.MaxInt64/4 {
		b.backoff *= 2
	}
	b.nextTrial = now.Add(b.backoff)
}

// endTrial ends a trial that did not succeed.
func (b *breaker) endTrial() {
	if b.state == breakerHalfOpen {
		b.state = breakerOpen
	}
}

// close lets calls through again.
func (b *breaker) close(now time.Time) {
	b.state = breakerClosed
	b.closedAt = now
}

// addStuck counts a stuck call, and opens the breaker if there are too many.
func (b *breaker) addStuck(a *abandonedCall, limit int, backoff time.Duration) {
	b.stuck++
	if b.state != breakerClosed || b.stuck-b.writtenOff < limit {
		return
	}
	b.state = breakerOpen
	// An agent that was well for longer than its last backoff starts with the
	// first backoff again. One that fails soon after each success waits ever longer.
	if b.backoff == 0 || a.started.Sub(b.closedAt) > b.backoff {
		b.backoff = backoff
	}
	b.nextTrial = a.stuckAt.Add(b.backoff)
}

// removeStuck uncounts a stuck call that returned. The breaker closes if few
// enough are left. Else the next call may be a trial at once.
func (b *breaker) removeStuck(now time.Time, limit int, backoff time.Duration) {
	b.stuck--
	b.writtenOff = min(b.writtenOff, b.stuck)
	b.nextTrial, b.backoff = now, backoff
	if b.state != breakerClosed && b.stuck < limit {
		b.close(now)
	}
}
