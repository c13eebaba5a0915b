package observe

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// DefaultSettle is Options.Settle where it is zero.
const DefaultSettle = 100 * time.Millisecond

// Options say how a cell is observed. The zero Options are for the machine's
// clock, without samples, profiles or a second witness.
type Options struct {
	// Clock is the clock of the cell. Empty means scenarios.RealClock.
	// scenarios.VirtualClock is for a caller of Run that is itself inside a
	// testing/synctest bubble. What belongs to the whole process (heap,
	// descriptors, samples, goleak) is not observed there.
	Clock scenarios.Clock
	// Settle is how long goroutines are given to end before they count as left.
	// Zero means DefaultSettle.
	Settle time.Duration
	// Sample is the time between two samples of the process. Zero: none.
	Sample time.Duration
	// Moment is called with "start" before the first request, and with "end"
	// before the mocks are released, to capture profiles. Nil: not called.
	Moment func(moment string) ([]scenarios.ProfileFile, error)
	// Goleak asks go.uber.org/goleak too.
	Goleak bool
	// Wire connects the client of a wire scenario to a server that plays
	// mocks.WireFault. retries is how often the client may repeat a request. The
	// client's goroutines and connections are observed, so the server belongs in
	// another process. Wire is required where the scenario has agents on a wire,
	// and not used elsewhere.
	Wire func(retries int) (mocks.Wire, error)
	// Race says that the binary was built with -race. It is only written down.
	Race bool
}

// hooks are what InBubble and InBubbleOrStall need to learn from a cell; nil
// where they do not.
type hooks struct {
	// heartbeat is counted up as the time of the cell passes.
	heartbeat *atomic.Int64
	// built is set to the number of goroutines that building the executor left.
	built *int
}

func (o Options) withDefaults() (Options, error) {
	if o.Clock == "" {
		o.Clock = scenarios.RealClock
	}
	if o.Settle == 0 {
		o.Settle = DefaultSettle
	}
	if err := o.check(); err != nil {
		return o, err
	}
	if o.Clock == scenarios.VirtualClock {
		o.Sample, o.Goleak = 0, false
	}
	return o, nil
}

// check names everything in the options that is invalid.
func (o Options) check() error {
	var errs []error
	if o.Clock != scenarios.RealClock && o.Clock != scenarios.VirtualClock {
		errs = append(errs, fmt.Errorf("options.Clock: got %q, want %q or %q", o.Clock, scenarios.RealClock, scenarios.VirtualClock))
	}
	if o.Settle < 0 {
		errs = append(errs, fmt.Errorf("options.Settle: got %v, want a positive time, or zero for %v", o.Settle, DefaultSettle))
	}
	if o.Sample < 0 {
		errs = append(errs, fmt.Errorf("options.Sample: got %v, want a positive time, or zero for none", o.Sample))
	}
	if len(errs) > 0 {
		return fmt.Errorf("observe: %w", errors.Join(errs...))
	}
	return nil
}
