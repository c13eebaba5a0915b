package scenariotest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

const (
	// inspectEvery is how often a cell that takes long is inspected.
	inspectEvery = 250 * time.Millisecond
	// callWait is how long after its bound a call may take before no further request
	// is made.
	callWait = 3 * time.Second
	// newWait is how long an executor's constructor may take; briefWait is the same
	// after it has hung in other scenarios.
	newWait, briefWait = 4 * time.Second, time.Second
	// endWait is how long a cell may take to end after its last request.
	endWait = 5 * time.Second
)

// hang is a cell that does not end.
type hang struct {
	In place `json:"in"`
	// After is for how long it was watched, by a runClock.
	After time.Duration `json:"afterNs"`
	// State and Stack are those of the goroutine that hangs.
	State string `json:"state"`
	Stack string `json:"stack"`
}

// errHangs is the cause with which a cell is ended in which a caller waits too long.
var errHangs = errors.New("a caller has been waiting for too long")

// guarded is observe.Run on the machine's clock, and gives up where the cell hangs. A
// cell in which a call hangs is asked to make no further request, so that it ends and
// all of it is observed. The goroutines of a cell that was given up stay in the
// process. constructor is how long the constructor may take.
func guarded(ctx context.Context, s scenarios.Scenario, spec executor.Spec, opts observe.Options, constructor time.Duration) (scenarios.Observation, *hang, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	g := newGuard(s.For(spec), constructor)
	defer g.clock.close()
	ended := make(chan cellEnd, 1)
	go func() {
		end := cellEnd{err: fmt.Errorf("scenariotest: %s: the executor's constructor ended its goroutine, as t.FailNow does", s.Name)}
		defer func() { ended <- end }()
		end.o, end.err = observe.Run(ctx, s, spec, opts)
	}()
	ticker := time.NewTicker(inspectEvery)
	defer ticker.Stop()
	for {
		select {
		case end := <-ended:
			return end.o, nil, end.err
		case <-ticker.C:
			if h := g.inspect(g.clock.elapsed(), running(), stop); h != nil {
				return scenarios.Observation{}, h, nil
			}
		}
	}
}

type cellEnd struct {
	o   scenarios.Observation
	err error
}

// guard watches a cell.
type guard struct {
	clock *runClock
	// constructor and call are how long each may take.
	constructor, call time.Duration
	// seen is when each goroutine of the cell was seen first.
	seen map[string]time.Duration
	// stopped is when the cell was told to make no further request; zero: not yet.
	stopped time.Duration
}

// newGuard returns a guard for a cell that has not begun. What hangs already is not
// the cell's.
func newGuard(s scenarios.Scenario, constructor time.Duration) *guard {
	g := &guard{clock: startRunClock(), constructor: constructor, call: s.Bound(s.Load.Total()-1) + callWait, seen: map[string]time.Duration{}}
	for _, r := range running() {
		g.seen[r.key()] = never
	}
	return g
}

// never is the time of a goroutine that is not watched.
const never = time.Duration(1<<63 - 1)

// inspect returns what hangs. Where a call does, it calls stop first, and returns it
// only if the cell does not end then.
func (g *guard) inspect(now time.Duration, all []goroutine, stop context.CancelCauseFunc) *hang {
	for _, r := range all {
		since, known := g.seen[r.key()]
		if !known {
			g.seen[r.key()] = now
		}
		if !known || since == never || !g.tooLong(r.in, now-since, now) {
			continue
		}
		if r.in == inCall && g.stopped == 0 {
			g.stopped = now
			stop(errHangs)
			return nil
		}
		return &hang{In: r.in, After: now - since, State: r.state, Stack: r.stack}
	}
	return nil
}

// tooLong says whether a goroutine has been in one place for too long.
func (g *guard) tooLong(in place, d, now time.Duration) bool {
	switch {
	case in == inNew:
		return d > g.constructor
	case g.stopped > 0:
		return now-g.stopped > endWait
	}
	return d > g.call
}
