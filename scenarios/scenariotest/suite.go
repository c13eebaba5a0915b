package scenariotest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/internal/repeat"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

const (
	// stall is how long virtual time may stand still before a cell is run on the
	// machine's clock instead. A thousand agents may compute for some of it.
	stall = 3 * time.Second
	// maxStalls is after how many stalls virtual time is no longer tried.
	maxStalls = 2
)

// errNotRun is the error for a scenario that these options do not allow to run.
var errNotRun = errors.New("not run")

// suite is one call of Test under way.
type suite struct {
	name    string // of the test that called
	ordinal int    // of the call in it
	spec    executor.Spec
	opts    options

	// child runs the cells. It is nil before the first cell, and after one that
	// left state behind.
	child *child.Worker
	// last is the scenario that the child was last asked for, history what it has
	// run so far.
	last    string
	history []job
	// ranHere are the cells that this process has run.
	ranHere []job
	// stalls counts the cells in which virtual time stood still, hangs those that hung.
	stalls, hangs int
	// noStreams says that the executor has no streams: no further scenario about them is run.
	noStreams bool
	// alone says that every cell gets a child of its own; see usedInTwoBubbles.
	alone bool
	// url and stopServer are the faulty server's, once there was a wire scenario.
	url        string
	stopServer func()
	counters   counters
	causes     causes
	fit        fit
}

// close ends the child and the server.
func (u *suite) close() {
	u.drop()
	if u.stopServer != nil {
		u.stopServer()
	}
}

// drop ends the child. The next cell gets a new one.
func (u *suite) drop() {
	if u.child != nil {
		u.child.Stop()
		u.child = nil
	}
}

// run observes the executor in the scenario and judges it.
func (u *suite) run(t *testing.T, s scenarios.Scenario) (scenarios.Cell, error) {
	o, err := u.observe(t, s)
	if err != nil {
		return scenarios.Cell{}, err
	}
	return scenarios.Cell{Observation: o, Verdict: judge.Waive(judged(s, o), u.spec.Waivers...)}, nil
}

// judged is the verdict.
func judged(s scenarios.Scenario, o scenarios.Observation) scenarios.Verdict {
	return judge.Judge(judgedBy(s, o), o)
}

// judgedBy is the scenario with the clauses that the observation is judged by. A caller
// that is still waiting breaks clause 1, in scenarios about something else too.
func judgedBy(s scenarios.Scenario, o scenarios.Observation) scenarios.Scenario {
	if o.Totals.Blocked > 0 && !slices.Contains(s.Clauses, executor.ReturnsInTime) {
		s.Clauses = append(slices.Clip(s.Clauses), executor.ReturnsInTime)
	}
	return s
}

// observe runs the executor in this process or in a child.
func (u *suite) observe(t *testing.T, s scenarios.Scenario) (scenarios.Observation, error) {
	switch {
	case s.OnWire() && u.opts.connect == nil:
		return scenarios.Observation{}, fmt.Errorf("%w: it needs a real client: scenariotest.OverWire(openai.Serve, openai.Connect)", errNotRun)
	case s.OnWire() && u.opts.inProcess:
		return scenarios.Observation{}, fmt.Errorf("%w: the server would run in the process that is observed", errNotRun)
	case s.Forever() && u.opts.inProcess:
		return scenarios.Observation{}, fmt.Errorf("%w: its agents would hang in this process for ever", errNotRun)
	case u.opts.inProcess || counted(s) && u.stalls == 0:
		return u.here(t, s)
	}
	return u.inChild(t, s, job{Real: u.stalls >= maxStalls})
}

// counted says that the cell runs in this process because of -cover: code that
// runs in a child is not counted. In these scenarios no ordinary defect crashes
// the process.
func counted(s scenarios.Scenario) bool {
	return testing.CoverMode() != "" && !s.MayCrash && s.RealTime == ""
}

// here observes the cell in this process. Where virtual time stands still, the
// cell is run again on the machine's clock: in a child, since what stands still may
// hold a lock, or else here. After maxStalls such cells virtual time is no longer
// tried.
func (u *suite) here(t *testing.T, s scenarios.Scenario) (scenarios.Observation, error) {
	if s.RealTime != "" || u.stalls >= maxStalls {
		return u.onRealTime(t, s)
	}
	o, err := observe.InBubbleOrStall(t, s, u.spec, observe.Options{Race: raceEnabled}, stall)
	if !isStall(err) {
		u.ranHere = append(u.ranHere, job{Scenario: s.Name})
		return o, err
	}
	o.Warnings = append(o.Warnings, err.Error())
	if !u.opts.inProcess {
		u.drop()
		return reply.result(u.confirm(t, s, job{Scenario: s.Name, Constructor: u.constructorWait()}, u.ranHere, reply{Stalled: true, Observation: o}))
	}
	u.stalls++
	o, realErr := u.onRealTime(t, s)
	o.Warnings = append(o.Warnings, err.Error())
	return o, realErr
}

// onRealTime observes the cell on the machine's clock, in this process. It repeats
// the cell where the machine may be the cause of a failure (see package repeat),
// unless goroutines of the cell are left: they may hold what the next run needs.
func (u *suite) onRealTime(t *testing.T, s scenarios.Scenario) (o scenarios.Observation, err error) {
	var runs repeat.Cell
	for again := true; again; again = !leftGoroutines(o) && runs.Again(judgedBy(s, o), &o) {
		var h *hang
		o, h, err = onRealTime(t.Context(), s, u.spec, u.constructorWait(), nil)
		if h != nil {
			u.hangs++
			return h.observation(u.spec, s), err
		}
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

// onRealTime observes the cell once on the machine's clock.
func onRealTime(ctx context.Context, s scenarios.Scenario, spec executor.Spec, constructor time.Duration, wire func(int) (mocks.Wire, error)) (o scenarios.Observation, h *hang, err error) {
	o, h, err = guarded(context.WithoutCancel(ctx), s, spec, observe.Options{Race: raceEnabled, Wire: wire}, constructor)
	if err != nil || h != nil {
		return o, h, err
	}
	why := s.RealTime
	if why == "" {
		why = "virtual time had stood still before"
	}
	o.Warnings = append(o.Warnings, "on real time: "+why)
	return o, nil, nil
}
