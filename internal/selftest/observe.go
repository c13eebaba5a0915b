package selftest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// stall is for how long virtual time may stand still before a cell is run on the
// machine's clock instead.
const stall = 3 * time.Second

// observeCell runs the cell on virtual time, or where that cannot be on the
// machine's. Runner.again repeats it.
func observeCell(t *testing.T, s scenarios.Scenario, spec executor.Spec) (o scenarios.Observation, err error) {
	opts := observe.Options{Race: raceEnabled}
	if s.RealTime == "" {
		o, err = observe.InBubbleOrStall(t, s, spec, opts, stall)
		if !errors.Is(err, observe.ErrStalled) {
			return o, err
		}
	}
	return observe.Run(context.Background(), s, spec, opts)
}
