package scenariotest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// attempts is how often a cell on real time is run while the machine's timers
// are too late to judge it.
const attempts = 5

// stall is for how long virtual time may stand still before a cell is run on
// the machine's clock instead: a crowd may compute for some of it.
const stall = 3 * time.Second

// run observes the executor in the scenario and judges it. t is the test of
// this one cell: a child process finds the way to it by t's name.
func run(t *testing.T, s scenarios.Scenario, spec executor.Spec) (scenarios.Cell, error) {
	o, err := place(t, s, spec)
	if err != nil {
		return scenarios.Cell{}, err
	}
	return scenarios.Cell{Observation: o, Verdict: scenarios.Judge(s, o)}, nil
}

// place chooses the process.
func place(t *testing.T, s scenarios.Scenario, spec executor.Spec) (scenarios.Observation, error) {
	switch {
	case childOf() == t.Name():
		serve(t, func() (scenarios.Observation, error) { return observe(t, s, spec) })
		panic("unreachable: serve does not return")
	case childOf() != "":
		t.SkipNow()
		panic("unreachable: SkipNow does not return")
	case s.MayCrash:
		return inChild(t.Context(), t.Name(), s, spec)
	default:
		return observe(t, s, spec)
	}
}

// observe chooses the clock.
func observe(t *testing.T, s scenarios.Scenario, spec executor.Spec) (scenarios.Observation, error) {
	why := s.RealTime
	if why == "" {
		o, err := scenarios.ObserveOrStall(t, s, spec, scenarios.Options{Race: raceEnabled}, stall)
		if !errors.Is(err, scenarios.ErrStalled) {
			return o, err
		}
		why = err.Error()
	}
	var o scenarios.Observation
	for i := range attempts {
		var err error
		o, err = scenarios.Observe(context.WithoutCancel(t.Context()), s, spec, scenarios.Options{Race: raceEnabled})
		if err != nil {
			return o, err
		}
		o.Control.Repeats = i
		if !scenarios.NeedsRepeat(o) {
			break
		}
	}
	o.Warnings = append(o.Warnings, fmt.Sprintf("on real time: %s", why))
	return o, nil
}
