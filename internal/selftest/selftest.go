// Package selftest tests the catalogue of scenarios itself. It puts executors
// through it and compares the failed clauses with the expected ones. A mutant is an
// executor with one planted defect: the clause that forbids the defect must fail,
// and no clause that has nothing to do with it. An innocent is a correct executor:
// no clause may fail.
//
// Each executor runs in child processes of the same program, many scenarios in
// each, on virtual time where that is possible. When a child dies, the scenario
// that it died in has a crash as its observation, and a new child does the next
// scenario. In a program built with -race, a report of the race detector belongs to
// the scenario that was running.
package selftest

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/internal/repeat"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// Runner runs executors through scenarios.
type Runner struct {
	// Executors are all that a child may be asked for.
	Executors []executor.Spec
	// Program is the program to run as a child. Empty means this one. It must
	// call Child before anything else, with the same executors.
	Program string
	// Race says that Program was built with -race.
	Race bool
	// Parallel is how many children run at a time. Zero means one for each processor.
	Parallel int
}

// Task is one executor, by name, with the scenarios that it is put through, in
// their order. The race detector may report a race only once in a process: the
// scenario that is to show it must come first.
type Task struct {
	Executor  string
	Scenarios []string
}

// Run does all tasks, and returns for each the observations and verdicts, scenario
// by scenario. The error says which executor could not be observed, and why.
func (r Runner) Run(ctx context.Context, tasks []Task) ([][]scenarios.Cell, error) {
	cells := make([][]scenarios.Cell, len(tasks))
	errs := make([]error, len(tasks))
	n := r.Parallel
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	places := make(chan struct{}, n)
	var wg sync.WaitGroup
	for i, task := range tasks {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			cells[i], errs[i] = r.task(ctx, task)
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err == nil {
			err = r.again(ctx, tasks[i].Executor, cells[i])
		}
		if err != nil {
			return cells, fmt.Errorf("selftest: %s: %w", tasks[i].Executor, err)
		}
	}
	return cells, nil
}

// again repeats cells in which the machine may be the cause of a failure; see
// package repeat. They now run alone: in the first run other processes may have
// taken their processors.
func (r Runner) again(ctx context.Context, name string, cells []scenarios.Cell) error {
	for i := range cells {
		s, err := scenarios.Lookup(cells[i].Observation.Scenario)
		if err != nil {
			return err
		}
		var runs repeat.Cell
		for runs.Again(s, &cells[i].Observation) {
			alone, err := r.task(ctx, Task{name, []string{s.Name}})
			if err != nil {
				return err
			}
			cells[i].Observation = alone[0].Observation
		}
		cells[i].Verdict = judge.Judge(s, cells[i].Observation)
	}
	return nil
}

// bubbleOf says that a process died because it used a channel of another bubble of
// testing/synctest. What the executor uses may keep one for the whole process, as
// the default pool of package pond does, and have made it in an earlier scenario.
// In a process of its own the scenario can be observed.
func bubbleOf(c *scenarios.Crash) bool {
	return c != nil && c.Kind == "fatal" && strings.Contains(c.Message, "synctest")
}

// task puts an executor through its scenarios in one worker, and in another one
// from a scenario on that the worker died in.
func (r Runner) task(ctx context.Context, task Task) (cells []scenarios.Cell, err error) {
	spec, err := find(r.Executors, task.Executor)
	if err != nil {
		return nil, err
	}
	w := &restarted{start: func() (*child.Worker, error) { return r.startWorker(ctx) }}
	defer w.stop()
	for _, name := range task.Scenarios {
		s, err := scenarios.Lookup(name)
		if err != nil {
			return cells, err
		}
		o, err := r.observe(ctx, w, spec, name)
		if err != nil {
			return cells, err
		}
		cells = append(cells, scenarios.Cell{Observation: o, Verdict: judge.Judge(s, o)})
	}
	return cells, nil
}

// observe puts an executor through one scenario. A worker that dies in it is the
// observation, but where it may have died of an earlier scenario: then a new one
// is asked again.
func (r Runner) observe(ctx context.Context, w *restarted, spec executor.Spec, scenario string) (scenarios.Observation, error) {
	for {
		worker, err := w.get()
		if err != nil {
			return scenarios.Observation{}, err
		}
		o, crash, err := ask(ctx, worker, job{spec.Name, scenario})
		if err != nil || crash == nil {
			return o, err
		}
		first := w.asked == 1
		w.stop()
		if first || !bubbleOf(crash) {
			return r.dead(spec, scenario, crash), nil
		}
	}
}

// dead is the observation of a scenario in which the worker died.
func (r Runner) dead(spec executor.Spec, scenario string, crash *scenarios.Crash) scenarios.Observation {
	o := scenarios.Observation{Executor: spec.Name, Scenario: scenario, Clock: scenarios.VirtualClock, Race: r.Race, Crash: crash}
	o.Setup.Lacks = spec.Unclaimed()
	return o
}

// restarted is a worker that is started when it is needed.
type restarted struct {
	start  func() (*child.Worker, error)
	worker *child.Worker
	// asked is how often this worker was got.
	asked int
}

func (w *restarted) get() (_ *child.Worker, err error) {
	if w.worker == nil {
		w.worker, err = w.start()
		w.asked = 0
	}
	w.asked++
	return w.worker, err
}

func (w *restarted) stop() {
	if w.worker != nil {
		w.worker.Stop()
		w.worker = nil
	}
}
