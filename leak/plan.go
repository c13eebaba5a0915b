package leak

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/leak/internal/growth"
	"github.com/watertight-go/watertight/leak/internal/process"
)

// Plan says how Repeat and Rounds proceed. The zero Plan has the defaults.
type Plan struct {
	// WarmUp is the number of rounds before the first one that is judged. Zero
	// means 3, a negative number none.
	WarmUp int
	// Rounds is the least number of judged rounds, 5 or more. Zero means 5. What is
	// flat over the last so many rounds is clean. What goes on rising until there
	// are four times as many is a leak: a cache that takes more rounds to fill needs
	// more here.
	Rounds int
	// Max is the most judged rounds, needed only where noise leaves doubt. Zero
	// means 20 times Rounds.
	Max int
	// Time bounds all rounds together; one that has begun is never cut short.
	// Zero means 30 seconds. A test's deadline bounds them as well.
	Time time.Duration
	// Judge are the resources that are judged. Zero means all.
	Judge Resources
	// Heap is the rise in bytes per round that is still no leak. Zero means 4, a
	// negative number none at all.
	Heap int64
	// Idle is how long to watch for timers once nothing runs. Where one fires, the
	// watch goes on, a second at a time at most, until none fires for a second or
	// as many fire as before: usually for two seconds, and twice. Zero means 100 ms.
	Idle time.Duration
}

// Resources names what Repeat and Rounds judge.
type Resources struct {
	Goroutines, Heap, Descriptors bool
	// Timers are self-rearming timers: they go on firing, each time with a new
	// goroutine, as time.AfterFunc does when its function resets the timer.
	Timers bool
	// Processes are child processes that run on, or that nobody has waited for. They can
	// be listed on Linux and macOS; elsewhere they are judged only where asked for, and
	// the answer is that they were not.
	Processes bool
}

const (
	// defaultRounds is Plan.Rounds where it is zero.
	defaultRounds = 5
	// leastRounds is the least number of rounds that show a slope.
	leastRounds = 5
	// maxAfter is Plan.Max where it is zero, in multiples of Plan.Rounds.
	maxAfter = 20
)

// withDefaults fills in what is not set.
func (p Plan) withDefaults() growth.Plan {
	rounds := cmp.Or(p.Rounds, defaultRounds)
	judge := p.Judge
	if judge == (Resources{}) {
		judge = Resources{Goroutines: true, Heap: true, Descriptors: true, Timers: true, Processes: process.ListsChildren}
	}
	return growth.Plan{
		WarmUp: max(cmp.Or(p.WarmUp, 3), 0),
		Rounds: rounds,
		Max:    max(cmp.Or(p.Max, maxAfter*rounds), rounds),
		Time:   cmp.Or(p.Time, 30*time.Second),
		Judge:  growth.Resources(judge),
		Heap:   max(cmp.Or(p.Heap, 4), 0),
		Idle:   cmp.Or(p.Idle, 100*time.Millisecond),
	}
}

// validate returns every mistake in the plan.
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
		Processes:   r.Processes || other.Processes,
	}
}
