package scenariotest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// attempts is how often a cell is run on the machine's clock while timers fire
// too late to judge it.
const attempts = 5

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
	// last is the scenario that the child was last asked for.
	last string
	// stalls counts the cells in which virtual time stood still.
	stalls int
	// alone says that every cell gets a child of its own; see usedInTwoBubbles.
	alone bool
	// url and stopServer are the faulty server's, once there was a wire scenario.
	url        string
	stopServer func()
	counters   counters
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
	v := judge.Judge(s, o)
	return scenarios.Cell{Observation: o, Verdict: judge.Waive(v, u.spec.Waivers...)}, nil
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
	case u.opts.inProcess || counted(s):
		return u.here(t, s)
	}
	return u.inChild(t, s)
}

// counted says that the cell runs in this process because of -cover: code that
// runs in a child is not counted. In these scenarios no ordinary defect crashes
// the process.
func counted(s scenarios.Scenario) bool {
	return testing.CoverMode() != "" && !s.MayCrash && s.RealTime == ""
}

// here observes the cell in this process. Where virtual time stands still, the
// cell is run again on the machine's clock. After maxStalls such cells virtual
// time is no longer tried.
func (u *suite) here(t *testing.T, s scenarios.Scenario) (scenarios.Observation, error) {
	if s.RealTime != "" || u.stalls >= maxStalls {
		return onRealTime(t.Context(), s, u.spec, nil)
	}
	o, err := observe.InBubbleOrStall(t, s, u.spec, observe.Options{Race: raceEnabled}, stall)
	if !isStall(err) {
		return o, err
	}
	u.stalls++
	o, realErr := onRealTime(t.Context(), s, u.spec, nil)
	o.Warnings = append(o.Warnings, err.Error())
	return o, realErr
}

// onRealTime observes the cell on the machine's clock. It repeats the cell while
// timers fire too late to judge it.
func onRealTime(ctx context.Context, s scenarios.Scenario, spec executor.Spec, wire func(int) (mocks.Wire, error)) (o scenarios.Observation, err error) {
	for i := range attempts {
		o, err = observe.Run(context.WithoutCancel(ctx), s, spec, observe.Options{Race: raceEnabled, Wire: wire})
		if err != nil {
			return o, err
		}
		o.Control.Repeats = i
		if !judge.NeedsRepeat(o) || judge.Judge(s, o).Status() == scenarios.Pass {
			break
		}
	}
	why := s.RealTime
	if why == "" {
		why = "virtual time had stood still before"
	}
	o.Warnings = append(o.Warnings, "on real time: "+why)
	return o, nil
}
