package cell

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// runVirtual runs the cell on virtual time and ends the process. Virtual time needs
// a *testing.T, which only package testing makes. So testing.Main runs the cell as
// a test, with an empty command line for its flags.
func (c Cell) runVirtual(executors []executor.Spec) {
	os.Args = os.Args[:1]
	matchAll := func(string, string) (bool, error) { return true, nil }
	testing.Main(matchAll, []testing.InternalTest{{Name: c.String(), F: func(t *testing.T) {
		o, err := c.observeVirtual(t, executors)
		r := Result{Observation: o}
		if errors.Is(err, observe.ErrStalled) && c.Clock == scenarios.VirtualClock {
			r, err = Result{Stalled: err.Error()}, nil
		}
		os.Exit(c.finish(r, err))
	}}}, nil, nil)
}

// stall is for how long virtual time may make no progress. Where the machine is
// busy, a cell gets little of it.
const stall = 5 * time.Second

// observeVirtual observes the cell in a bubble.
func (c Cell) observeVirtual(t *testing.T, executors []executor.Spec) (scenarios.Observation, error) {
	spec, err := pick(executors, c.Executor)
	if err != nil {
		return scenarios.Observation{}, err
	}
	s, err := c.scenario()
	if err != nil {
		return scenarios.Observation{}, err
	}
	if c.Race && !RaceBuild {
		return scenarios.Observation{}, errNoDetector
	}
	if c.Clock == scenarios.VirtualClock {
		return observe.InBubbleOrStall(t, s, spec, observe.Options{Settle: settle, Race: c.Race}, stall)
	}
	return c.observeTimeline(t, s, spec)
}

// observeTimeline takes a sample for every hour from inside the requests: a goroutine
// that samples would be part of the bubble and count as left behind.
func (c Cell) observeTimeline(t *testing.T, s scenarios.Scenario, spec executor.Spec) (scenarios.Observation, error) {
	hourly := &sampler{every: loads.TimelinePerHour}
	recorder := c.recorder()
	o, err := observe.InBubble(t, s, hourly.watch(spec), observe.Options{
		Settle: settle,
		Moment: func(moment string) ([]scenarios.ProfileFile, error) {
			if moment != momentStart {
				hourly.last()
			}
			return recorder.moment(moment)
		},
	})
	o.Series = hourly.samples
	return o, err
}
