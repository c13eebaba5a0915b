package stress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

const (
	// settle is how long leftovers are given to end in a child: long beside
	// what ending takes, short beside the number of cells.
	settle = 300 * time.Millisecond
	// sampleEvery is the time between two samples of a load.
	sampleEvery = 10 * time.Millisecond
)

// runChild is the life of a child process: it runs the cell that text
// describes, writes the observation and returns the exit code.
func runChild(text string, executors []executor.Spec) int {
	c, err := decodeCell(text)
	if err == nil {
		// The executors' own code may start processes: they are not children of a run.
		err = os.Unsetenv(cellEnv)
	}
	if c.Kind == kindHeap {
		// Before anything is allocated that a heap profile should explain. It
		// slows every allocation down, so nothing else is measured here.
		runtime.MemProfileRate = 1
	}
	warmUp()
	child.Lifeline(c.Deadline)
	if load, ok := loads.Find(c.Scenario); ok && err == nil && load.Mode == loads.Virtual {
		c.runVirtual(executors)
	}
	var r result
	switch {
	case err != nil:
	case c.Kind == kindCost || c.Kind == kindTime:
		r.Bench, err = c.bench(context.Background(), executors)
	default:
		r.Observation, err = c.observe(context.Background(), executors)
	}
	return c.finish(r, err)
}

// result is what a child hands to its parent: what it saw, or why it could not
// look. Without one, the process was ended by what ran in it.
type result struct {
	Observation scenarios.Observation `json:"observation"`
	Bench       []reports.Cost        `json:"bench,omitempty"`
	Trouble     string                `json:"trouble,omitempty"`
}

// finish writes the result and returns the exit code.
func (c cell) finish(r result, err error) int {
	if err != nil {
		r = result{Trouble: err.Error()}
	}
	if err := writeResult(c.Result, r); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return ExitTrouble
	}
	return ExitOK
}

// warmUp makes the runtime open its poller now: it takes descriptors, which
// would look like the first cell's.
func warmUp() {
	r, w, err := os.Pipe()
	if err != nil {
		return // the cell will say what is the matter
	}
	_ = r.Close()
	_ = w.Close()
}

// writeResult writes to a temporary name first: a result is whole or missing.
func writeResult(file string, r result) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("stress: result: %w", err)
	}
	temp := file + ".tmp"
	err = os.WriteFile(temp, data, 0o600)
	if err == nil {
		err = os.Rename(temp, file)
	}
	if err != nil {
		return fmt.Errorf("stress: result: %w", err)
	}
	return nil
}

// observe runs the cell.
func (c cell) observe(ctx context.Context, executors []executor.Spec) (scenarios.Observation, error) {
	spec, err := pick(executors, c.Executor)
	if err != nil {
		return scenarios.Observation{}, err
	}
	if c.Race && !raceBuild {
		return scenarios.Observation{}, errors.New("stress: child: got a cell for the race detector in a binary without it; want -race-binary to be this program built with -race")
	}
	switch c.Kind {
	case kindLoad, kindHeap:
		return c.observeLoad(ctx, spec)
	case kindScenario:
	default:
		return scenarios.Observation{}, fmt.Errorf("stress: child: got a cell of kind %q, want one that this program knows", c.Kind)
	}
	s, err := scenarios.Lookup(c.Scenario)
	if err != nil {
		return scenarios.Observation{}, err
	}
	return scenarios.Observe(ctx, s, spec, scenarios.Options{
		Clock: scenarios.RealClock, Settle: settle, Goleak: true, Race: c.Race, Wire: c.connect,
	})
}

// connect is the real client of a wire scenario, on the parent's server.
func (c cell) connect(retries int) (mocks.Wire, error) {
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

// scenario is the scenario of the cell, which in a load is sized by the cell.
func (c cell) scenario() (scenarios.Scenario, error) {
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
func (c cell) observeLoad(ctx context.Context, spec executor.Spec) (scenarios.Observation, error) {
	switch load, _ := loads.Find(c.Scenario); load.Mode {
	case loads.UntilLimit:
		return c.observeLimit(ctx, spec, load.Limit)
	case loads.RealClient:
		return c.observeClient(ctx, spec)
	}
	return c.observeSampled(ctx, spec)
}

// observeSampled runs a load with samples and profiles.
func (c cell) observeSampled(ctx context.Context, spec executor.Spec) (scenarios.Observation, error) {
	s, err := c.scenario()
	if err != nil {
		return scenarios.Observation{}, err
	}
	opts := scenarios.Options{Clock: scenarios.RealClock, Settle: settle, Moment: c.camera().moment}
	if c.Kind == kindLoad {
		opts.Sample, opts.Goleak = sampleEvery, true
	}
	o, err := scenarios.Observe(ctx, s, spec, opts)
	o.Series = thin(o.Series, seriesAtMost)
	return o, err
}

// camera takes the profiles of a load.
func (c cell) camera() *camera {
	kinds := []profiles.Kind{profiles.Goroutine, profiles.Leak}
	if c.Kind == kindHeap {
		kinds = []profiles.Kind{profiles.Heap}
	}
	return &camera{report: c.Report, folder: filepath.Join("profiles", c.Executor, c.Scenario), kinds: kinds}
}

// seriesAtMost is how many samples of a load a report keeps.
const seriesAtMost = 200

// thin keeps at most n samples, evenly chosen, the first and the last among them.
func thin(series []scenarios.Sample, n int) []scenarios.Sample {
	if len(series) <= n {
		return series
	}
	kept := make([]scenarios.Sample, 0, n)
	for i := range n {
		kept = append(kept, series[i*(len(series)-1)/(n-1)])
	}
	return kept
}
