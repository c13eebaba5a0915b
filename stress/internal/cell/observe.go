package cell

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/internal/thin"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

const (
	// settle is how long leftovers are given to end. Ending takes much less.
	settle = 300 * time.Millisecond
	// sampleEvery is the time between two samples of a load.
	sampleEvery = 10 * time.Millisecond
)

// errNoDetector is the error for a race cell in an ordinary binary: it would find no
// race for sure.
var errNoDetector = errors.New("stress: child: this binary has no race detector: -race-binary must be this program built with -race")

// observe runs the cell on the machine's clock.
func (c Cell) observe(ctx context.Context, executors []executor.Spec) (scenarios.Observation, error) {
	spec, err := pick(executors, c.Executor)
	if err != nil {
		return scenarios.Observation{}, err
	}
	if c.Race && !RaceBuild {
		return scenarios.Observation{}, errNoDetector
	}
	switch c.Kind {
	case KindLoad, KindHeap:
		return c.observeLoad(ctx, spec)
	case KindScenario:
		return c.observeScenario(ctx, spec)
	}
	return scenarios.Observation{}, fmt.Errorf("stress: child: unknown kind of cell %q: parent and child must be the same program", c.Kind)
}

// pick is the executor of that name.
func pick(executors []executor.Spec, name string) (executor.Spec, error) {
	for _, x := range executors {
		if x.Name == name {
			return x, nil
		}
	}
	return executor.Spec{}, fmt.Errorf("stress: child: no executor %q: stress.Main must get the same executors in parent and child", name)
}

// observeScenario runs a scenario of the catalogue.
func (c Cell) observeScenario(ctx context.Context, spec executor.Spec) (scenarios.Observation, error) {
	s, err := scenarios.Lookup(c.Scenario)
	if err != nil {
		return scenarios.Observation{}, err
	}
	return observe.Run(ctx, s, spec, observe.Options{
		Settle: settle, Goleak: true, Race: c.Race,
		Wire: func(retries int) (mocks.Wire, error) { return openai.Connect(c.URL, retries) },
	})
}

// scenario is the scenario of the cell. A load has the size of the cell.
func (c Cell) scenario() (scenarios.Scenario, error) {
	if load, ok := loads.Find(c.Scenario); ok {
		return load.Scenario(c.Requests, c.Agents), nil
	}
	return scenarios.Lookup(c.Scenario)
}

// observeLoad runs a load in the way that its mode asks for.
func (c Cell) observeLoad(ctx context.Context, spec executor.Spec) (scenarios.Observation, error) {
	switch load, _ := loads.Find(c.Scenario); load.Mode {
	case loads.UntilLimit:
		return c.observeLimit(ctx, spec, load.Limit)
	case loads.RealClient:
		return c.observeClient(ctx, spec)
	}
	return c.observeSampled(ctx, spec)
}

// observeSampled runs a load with samples and profiles.
func (c Cell) observeSampled(ctx context.Context, spec executor.Spec) (scenarios.Observation, error) {
	s, err := c.scenario()
	if err != nil {
		return scenarios.Observation{}, err
	}
	opts := observe.Options{Settle: settle, Moment: c.recorder().moment}
	if c.Kind == KindLoad {
		opts.Sample, opts.Goleak = sampleEvery, true
	}
	o, err := observe.Run(ctx, s, spec, opts)
	o.Series = thin.Evenly(o.Series, seriesAtMost)
	return o, err
}

// seriesAtMost is how many samples of a load a report keeps.
const seriesAtMost = 200
