package selftest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/scenarios"
)

const (
	// workerVariable makes this program a worker.
	workerVariable = "WATERTIGHT_SELFTEST_WORKER"
	// deadline is how long a worker may take for a scenario, and until it is
	// ready: much more than any takes.
	deadline = 2 * time.Minute
	// maxStacks bounds what an observation keeps of a dead worker's output.
	maxStacks = 4 << 10
)

// job is what a worker is asked to observe.
type job struct {
	Executor string `json:"executor"`
	Scenario string `json:"scenario"`
}

// reply is the worker's answer.
type reply struct {
	Observation scenarios.Observation `json:"observation"`
	// Trouble says why the scenario could not be observed.
	Trouble string `json:"trouble,omitempty"`
}

// Child serves as a worker and does not return, where the environment says that
// this process is one; else it returns at once. It must be called before anything
// else: from main, or from TestMain.
func Child(executors []executor.Spec) {
	if _, ok := os.LookupEnv(workerVariable); !ok {
		return
	}
	// A bubble needs a *testing.T, which only package testing makes.
	os.Args = os.Args[:1]
	all := func(string, string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: "selftest", F: func(t *testing.T) {
		child.Serve(func(data json.RawMessage) (any, error) {
			var j job
			if err := json.Unmarshal(data, &j); err != nil {
				return nil, err
			}
			return j.do(t, executors), nil
		})
	}}}, nil, nil)
}

// do observes the executor in the scenario.
func (j job) do(t *testing.T, executors []executor.Spec) (r reply) {
	spec, err := find(executors, j.Executor)
	if err != nil {
		return reply{Trouble: err.Error()}
	}
	s, err := scenarios.Lookup(j.Scenario)
	if err != nil {
		return reply{Trouble: err.Error()}
	}
	t.Run(j.Scenario, func(t *testing.T) {
		if r.Observation, err = observeCell(t, s, spec); err != nil {
			r.Trouble = err.Error()
		}
	})
	return r
}

func find(executors []executor.Spec, name string) (executor.Spec, error) {
	i := slices.IndexFunc(executors, func(s executor.Spec) bool { return s.Name == name })
	if i < 0 {
		return executor.Spec{}, fmt.Errorf("got executor %q, want one that this program has", name)
	}
	return executors[i], nil
}

// startWorker starts a worker. Its race detector reports each race in each
// scenario, and does not wait 1 s for more when the process ends.
func (r Runner) startWorker(ctx context.Context) (*child.Worker, error) {
	return child.StartWorker(ctx, child.Spec{
		Program:  r.Program,
		Env:      []string{workerVariable + "=1", child.RaceSettings("suppress_equal_stacks=0 suppress_equal_addresses=0 atexit_sleep_ms=10")},
		Deadline: deadline,
		Ready:    deadline,
	})
}

// ask has a worker observe a scenario. The observation has the races that were
// reported meanwhile. crash is how the worker died, where it did.
func ask(ctx context.Context, w *child.Worker, j job) (o scenarios.Observation, crash *scenarios.Crash, err error) {
	var r reply
	died, err := w.Ask(ctx, j, &r)
	switch {
	case err != nil:
		return o, nil, err
	case died != nil && died.End == child.Stopped:
		return o, nil, context.Cause(ctx)
	case died != nil:
		c := scenarios.Crash(died.Crash(maxStacks))
		return o, &c, nil
	case r.Trouble != "":
		return o, nil, errors.New(r.Trouble)
	}
	r.Observation.Races = child.Races(w.Output())
	return r.Observation, nil, nil
}
