// Package cost measures what an executor costs in requests whose agents answer
// at once, so that nearly all of the cost is the executor's own: time beside the
// floor, allocations, and what requests leave behind.
//
// It judges nothing. It measures the whole process that it runs in: run it in
// one that does nothing else.
package cost

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// Sizes are the numbers of agents in a request that are measured.
var Sizes = []int{5, 100, 1000}

// Procs are the values of GOMAXPROCS at which time is measured. With one, the
// ratio to the floor is most exact. With two, contention shows. More would make
// the ratio depend on the machine.
var Procs = []int{1, 2}

// instant answers at once, with a response made beforehand.
type instant map[string]*executor.AgentResponse

// ExecuteAgent implements executor.Runner.
func (i instant) ExecuteAgent(_ context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	return i[a.ID], nil
}

// job is one request, which is made again and again.
type job struct {
	name     string
	agents   []*executor.Agent
	runner   instant
	executor executor.ParallelExecutor
}

func newJob(spec executor.Spec, agents int) (*job, error) {
	if agents < 1 {
		return nil, fmt.Errorf("cost: %s: got %d agents, want one or more", spec.Name, agents)
	}
	j := &job{name: spec.Name, agents: make([]*executor.Agent, agents), runner: make(instant, agents)}
	for i := range j.agents {
		id := strconv.Itoa(i)
		j.agents[i] = &executor.Agent{ID: id}
		j.runner[id] = &executor.AgentResponse{AgentID: id}
	}
	var err error
	j.executor, err = spec.New(executor.Config{Runner: j.runner})
	if err == nil && j.executor == nil {
		err = errors.New("got neither an executor nor an error, want one of them")
	}
	if err != nil {
		return nil, fmt.Errorf("cost: new %s: %w", spec.Name, err)
	}
	return j, nil
}

// call makes the request through the executor. A lost result is an error: an
// executor must not look cheap because it does not do its work.
func (j *job) call() error {
	got, err := j.executor.ExecuteParallel(context.Background(), "q", j.agents)
	if err != nil || len(got) != len(j.agents) {
		return fmt.Errorf("cost: %s: got %d results and error %v, want %d and no error", j.name, len(got), err, len(j.agents))
	}
	return nil
}

// floor is the least that one goroutine for each agent can cost: WaitGroup.Go
// into a slice of the right size, without context, timeout, map and recovery.
func (j *job) floor() error {
	out := make([]*executor.AgentResponse, len(j.agents))
	var wg sync.WaitGroup
	for i, a := range j.agents {
		wg.Go(func() { out[i], _ = j.runner.ExecuteAgent(context.Background(), a, "q", nil) })
	}
	wg.Wait()
	return nil
}
