package selftest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

const (
	// attempts is how often a cell on the machine's clock is run while its
	// timers are too late to judge it.
	attempts = 5
	// stall is for how long virtual time may stand still before a cell is run
	// on the machine's clock instead.
	stall = 3 * time.Second
)

// observe runs the cell on virtual time, or where that cannot be on the machine's.
func observe(t *testing.T, s scenarios.Scenario, spec executor.Spec) (o scenarios.Observation, err error) {
	opts := scenarios.Options{Race: raceEnabled}
	if s.RealTime == "" {
		o, err = scenarios.ObserveOrStall(t, s, spec, opts, stall)
		if !errors.Is(err, scenarios.ErrStalled) {
			return o, err
		}
	}
	for i := range attempts {
		if o, err = scenarios.Observe(context.Background(), s, spec, opts); err != nil {
			return o, err
		}
		o.Control.Repeats = i
		if !scenarios.NeedsRepeat(o) {
			break
		}
	}
	return o, nil
}
