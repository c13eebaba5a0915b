package cell

import (
	"os"
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// runVirtual runs the cell on virtual time and ends the process. A bubble needs
// a *testing.T, which only package testing makes: it is asked to run this one
// test, as in a test binary, and reads its flags from an empty command line.
func (c Cell) runVirtual(executors []executor.Spec) {
	os.Args = os.Args[:1]
	all := func(string, string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: c.String(), F: func(t *testing.T) {
		o, err := c.observeVirtual(t, executors)
		os.Exit(c.finish(Result{Observation: o}, err))
	}}}, nil, nil)
}

// observeVirtual samples from within the requests, once an hour: a sampling
// goroutine of its own would be part of the bubble.
func (c Cell) observeVirtual(t *testing.T, executors []executor.Spec) (scenarios.Observation, error) {
	spec, err := pick(executors, c.Executor)
	if err != nil {
		return scenarios.Observation{}, err
	}
	s, err := c.sized()
	if err != nil {
		return scenarios.Observation{}, err
	}
	hourly := &sampler{every: loads.TimelinePerHour}
	profileRecorder := c.recorder()
	o, err := observe.InBubble(t, s, hourly.watch(spec), observe.Options{
		Settle: settle,
		Moment: func(moment string) ([]scenarios.ProfileFile, error) {
			if moment != "start" {
				hourly.last()
			}
			return profileRecorder.moment(moment)
		},
	})
	o.Series = hourly.samples
	return o, err
}
