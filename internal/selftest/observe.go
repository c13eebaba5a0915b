package selftest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

const (
	// attempts is how often a cell on the machine's clock is run while its
	// timers are too late to judge it.
	attempts = 5
	// stall is for how long virtual time may stand still before a cell is run
	// on the machine's clock instead.
	stall = 3 * time.Second
)

// observeCell runs the cell on virtual time, or where that cannot be on the machine's.
func observeCell(t *testing.T, s scenarios.Scenario, spec executor.Spec) (o scenarios.Observation, err error) {
	opts := observe.Options{Race: raceEnabled}
	if s.RealTime == "" {
		o, err = observe.InBubbleOrStall(t, s, spec, opts, stall)
		if !errors.Is(err, observe.ErrStalled) {
			return o, err
		}
	}
	for i := range attempts {
		if o, err = observe.Run(context.Background(), s, spec, opts); err != nil {
			return o, err
		}
		o.Control.Repeats = i
		if !judge.NeedsRepeat(o) {
			break
		}
	}
	return o, nil
}
