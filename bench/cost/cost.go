// Package cost measures what an executor costs for requests whose agents answer
// at once, so that nearly all of it is the executor's own: time beside the
// floor, allocations, and what requests leave behind. It judges nothing, and
// measures its own process: run it in one that does nothing else.
package cost

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// Sizes are the agents of a request that are measured: a crew, a fan-out, a crowd.
var Sizes = []int{5, 100, 1000}

// Procs are the values of GOMAXPROCS at which time is measured. With one, the
// ratio to the floor is most exact; with two, contention shows. More would make
// it depend on the machine.
var Procs = []int{1, 2}

// instant answers at once, with a response made beforehand.
type instant map[string]*executor.AgentResponse

// ExecuteAgent implements executor.Runner.
func (i instant) ExecuteAgent(_ context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	return i[a.ID], nil
}

// job is one request, made again and again.
type job struct {
	name   string
	agents []*executor.Agent
	runner instant
	x      executor.ParallelExecutor
}

func newJob(spec executor.Spec, agents int) (*job, error) {
	j := &job{name: spec.Name, agents: make([]*executor.Agent, agents), runner: make(instant, agents)}
	for i := range j.agents {
		id := strconv.Itoa(i)
		j.agents[i] = &executor.Agent{ID: id}
		j.runner[id] = &executor.AgentResponse{AgentID: id}
	}
	var err error
	j.x, err = spec.New(executor.Config{Runner: j.runner})
	if err == nil && j.x == nil {
		err = fmt.Errorf("got no executor and no error, want one of them")
	}
	if err != nil {
		return nil, fmt.Errorf("cost: new %s: %w", spec.Name, err)
	}
	return j, nil
}

// call is one request through the executor. What it costs to lose a result is
// not worth knowing.
func (j *job) call() error {
	got, err := j.x.ExecuteParallel(context.Background(), "q", j.agents)
	if err != nil || len(got) != len(j.agents) {
		return fmt.Errorf("cost: %s: got %d results and error %v, want %d and none", j.name, len(got), err, len(j.agents))
	}
	return nil
}

// floor is the least that a goroutine for each agent can cost: WaitGroup.Go into
// a pre-sized slice, without context, timeout, map and recovery.
func (j *job) floor() error {
	out := make([]*executor.AgentResponse, len(j.agents))
	var wg sync.WaitGroup
	for i, a := range j.agents {
		wg.Go(func() { out[i], _ = j.runner.ExecuteAgent(context.Background(), a, "q", nil) })
	}
	wg.Wait()
	return nil
}

// repeat calls f n times, until its first error.
func repeat(n int, f func() error) error {
	for range n {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}
