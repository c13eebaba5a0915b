package cell

import (
	"os"
	"testing"

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
		os.Exit(c.finish(Result{Observation: o}, err))
	}}}, nil, nil)
}

// observeVirtual takes a sample for every hour from inside the requests: a goroutine
// that samples would be part of the bubble and count as left behind.
func (c Cell) observeVirtual(t *testing.T, executors []executor.Spec) (scenarios.Observation, error) {
	spec, err := pick(executors, c.Executor)
	if err != nil {
		return scenarios.Observation{}, err
	}
	s, err := c.scenario()
	if err != nil {
		return scenarios.Observation{}, err
	}
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
