package cell

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/internal/thin"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

const (
	// settle is how long leftovers are given to end in a child: long beside
	// what ending takes, short beside the number of cells.
	settle = 300 * time.Millisecond
	// sampleEvery is the time between two samples of a load.
	sampleEvery = 10 * time.Millisecond
)

// observe runs the cell.
func (c Cell) observe(ctx context.Context, executors []executor.Spec) (scenarios.Observation, error) {
	spec, err := pick(executors, c.Executor)
	if err != nil {
		return scenarios.Observation{}, err
	}
	if c.Race && !RaceBuild {
		return scenarios.Observation{}, errors.New("stress: child: got a cell for the race detector in a binary without it; want -race-binary to be this program built with -race")
	}
	switch c.Kind {
	case KindLoad, KindHeap:
		return c.observeLoad(ctx, spec)
	case KindScenario:
	default:
		return scenarios.Observation{}, fmt.Errorf("stress: child: got a cell of kind %q, want one that this program knows", c.Kind)
	}
	s, err := scenarios.Lookup(c.Scenario)
	if err != nil {
		return scenarios.Observation{}, err
	}
	return observe.Run(ctx, s, spec, observe.Options{
		Clock: scenarios.RealClock, Settle: settle, Goleak: true, Race: c.Race, Wire: c.connect,
	})
}

// connect is the real client of a wire scenario, on the parent's server.
func (c Cell) connect(retries int) (mocks.Wire, error) {
	return openai.Connect(c.URL, retries)
}

func pick(executors []executor.Spec, name string) (executor.Spec, error) {
	for _, x := range executors {
		if x.Name == name {
			return x, nil
		}
	}
	return executor.Spec{}, fmt.Errorf("stress: child: got executor %q, which this process does not have; want the same executors in parent and child", name)
}

// sized is the scenario of the cell, which in a load is sized by the cell.
func (c Cell) sized() (scenarios.Scenario, error) {
	load, ok := loads.Find(c.Scenario)
	if !ok {
		return scenarios.Lookup(c.Scenario)
	}
	s, err := load.Scenario(c.Requests, c.Agents)
	if err != nil {
		return s, err
	}
	s.Name = c.Scenario
	return s, nil
}

// observeLoad runs a load in the way that the table says.
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
	s, err := c.sized()
	if err != nil {
		return scenarios.Observation{}, err
	}
	opts := observe.Options{Clock: scenarios.RealClock, Settle: settle, Moment: c.recorder().moment}
	if c.Kind == KindLoad {
		opts.Sample, opts.Goleak = sampleEvery, true
	}
	o, err := observe.Run(ctx, s, spec, opts)
	o.Series = thin.Evenly(o.Series, seriesAtMost)
	return o, err
}

// profileRecorder takes the profiles of a load.
func (c Cell) recorder() *profileRecorder {
	kinds := []profiles.Kind{profiles.Goroutine, profiles.Leak}
	if c.Kind == KindHeap {
		kinds = []profiles.Kind{profiles.Heap}
	}
	return &profileRecorder{report: c.Report, folder: filepath.Join("profiles", c.Executor, c.Scenario), kinds: kinds}
}

// seriesAtMost is how many samples of a load a report keeps.
const seriesAtMost = 200
