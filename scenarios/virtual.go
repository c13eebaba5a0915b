package scenarios

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/watertight-go/watertight/executor"
)

// ErrStalled: the cell could not be observed on virtual time, since some of it
// blocks in a way that keeps the bubble's clock from moving.
var ErrStalled = errors.New("virtual time makes no progress")

// BubbleLeft begins the warning of an Observation whose bubble was given up,
// with goroutines in it that stay in the process.
const BubbleLeft = "the bubble was left behind"

// bubbleKept begins it where goroutines stay that building the executor started,
// as a pool's workers: they were there before the first request and are no leak.
const bubbleKept = BubbleLeft + ", with the goroutines that were started with the executor"

// seen is what Observe returned, once it has.
type seen struct {
	o    Observation
	err  error
	done bool
}

// ObserveIn is Observe on virtual time, in a testing/synctest bubble of its own
// in which the executor is built too. A bubble that cannot end because the
// executor left goroutines in it is given up, with them in it: the Observation
// tells of them, and a warning says so. Where the race detector reports
// something in the bubble, t fails, and the Observation is returned all the same.
func ObserveIn(t *testing.T, s Scenario, spec executor.Spec, opts Options) (Observation, error) {
	out := <-observeIn(t, s, spec, opts)
	return out.o, out.err
}

// observeIn runs the bubble on a goroutine of its own: where a race was
// reported, package testing ends the one that waits for the bubble.
func observeIn(t *testing.T, s Scenario, spec executor.Spec, opts Options) <-chan seen {
	var built int
	opts.Clock, opts.built = VirtualClock, &built
	ended := make(chan seen, 1)
	go func() {
		var out seen
		defer func() {
			v := recover()
			switch {
			case !out.done:
				out.err = fmt.Errorf("scenarios: observe %s in %s: %w: %v", spec.Name, s.Name, ErrStalled, v)
			case v != nil && built > 0:
				out.o.Warnings = append(out.o.Warnings, fmt.Sprintf("%s: %v", bubbleKept, v))
			case v != nil:
				out.o.Warnings = append(out.o.Warnings, fmt.Sprintf("%s: %v", BubbleLeft, v))
			}
			ended <- out
		}()
		synctest.Test(t, func(*testing.T) {
			out.o, out.err = Observe(context.Background(), s, spec, opts)
			out.done = true
		})
	}()
	return ended
}
