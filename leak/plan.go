package leak

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Defaults of Plan.
const (
	defaultWarmUp = 3
	defaultRounds = 5
	defaultTime   = 30 * time.Second
	defaultHeap   = 4
	defaultIdle   = 100 * time.Millisecond
)

const (
	// sureAfter and maxAfter are the rounds, in multiples of Plan.Rounds, after
	// which a rise is called a leak, and after which doubt stays doubt.
	sureAfter = 4
	maxAfter  = 20
	// leastRounds is the least that a slope can be told from.
	leastRounds = 5
)

// Plan says how Repeat and Rounds go about it. The zero Plan has the defaults.
type Plan struct {
	// WarmUp is the number of rounds before the first one that is judged. Zero
	// means defaultWarmUp, a negative number none.
	WarmUp int
	// Rounds is the least number of judged rounds, 5 or more. Zero means
	// defaultRounds. What is flat over the last so many is clean, and what goes
	// on rising until there are four times as many is a leak: a cache that takes
	// more rounds to fill needs more here.
	Rounds int
	// Max is the most judged rounds, needed only where noise leaves doubt. Zero
	// means 20 times Rounds.
	Max int
	// Time bounds all rounds together; one that has begun is never cut short.
	// Zero means defaultTime. A test's deadline bounds them as well.
	Time time.Duration
	// Judge are the resources that are judged. Zero means all.
	Judge Resources
	// Heap is the rise in bytes per round that is still no leak. Zero means
	// defaultHeap, a negative number none at all.
	Heap int64
	// Idle is how long to watch for timers once nothing runs. Where one fires the
	// watch goes on, a second at a time at most, until none fires for a second or
	// as many fire as before: usually two seconds, and twice so. Zero means
	// defaultIdle.
	Idle time.Duration
}

// withDefaults fills in what is not set.
func (p Plan) withDefaults() Plan {
	p.WarmUp = max(cmp.Or(p.WarmUp, defaultWarmUp), 0)
	p.Rounds = cmp.Or(p.Rounds, defaultRounds)
	p.Max = max(cmp.Or(p.Max, maxAfter*p.Rounds), p.Rounds)
	p.Time = cmp.Or(p.Time, defaultTime)
	p.Heap = max(cmp.Or(p.Heap, defaultHeap), 0)
	p.Idle = cmp.Or(p.Idle, defaultIdle)
	if p.Judge == (Resources{}) {
		p.Judge = Resources{Goroutines: true, Heap: true, Descriptors: true, Timers: true}
	}
	return p
}

// sure is the number of judged rounds after which a rise is a leak.
func (p Plan) sure() int { return min(sureAfter*p.Rounds, p.Max) }

// validate names everything in the plan that makes no sense.
func (p Plan) validate() error {
	var errs []error
	if p.Rounds != 0 && p.Rounds < leastRounds {
		errs = append(errs, fmt.Errorf("options.Plan.Rounds: got %d, want at least %d: fewer show no slope", p.Rounds, leastRounds))
	}
	if p.Max != 0 && p.Max < cmp.Or(p.Rounds, defaultRounds) {
		errs = append(errs, fmt.Errorf("options.Plan.Max: got %d, want at least Rounds, %d", p.Max, cmp.Or(p.Rounds, defaultRounds)))
	}
	if p.Time < 0 || p.Idle < 0 {
		errs = append(errs, fmt.Errorf("options.Plan: got Time %s and Idle %s, want none negative", p.Time, p.Idle))
	}
	return errors.Join(errs...)
}

// merge lets the values that are set in next win.
func (p Plan) merge(next Plan) Plan {
	return Plan{
		WarmUp: cmp.Or(next.WarmUp, p.WarmUp),
		Rounds: cmp.Or(next.Rounds, p.Rounds),
		Max:    cmp.Or(next.Max, p.Max),
		Time:   cmp.Or(next.Time, p.Time),
		Judge:  p.Judge.or(next.Judge),
		Heap:   cmp.Or(next.Heap, p.Heap),
		Idle:   cmp.Or(next.Idle, p.Idle),
	}
}

// or has what either has.
func (r Resources) or(other Resources) Resources {
	return Resources{
		Goroutines:  r.Goroutines || other.Goroutines,
		Heap:        r.Heap || other.Heap,
		Descriptors: r.Descriptors || other.Descriptors,
		Timers:      r.Timers || other.Timers,
	}
}
