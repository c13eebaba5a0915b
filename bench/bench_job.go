package bench

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Job is what every subject is measured on: agents, and the Runner that makes
// their calls.
type Job struct {
	// Name is as it stands in tables and sub-benchmarks, such as "instant".
	Name   string
	Agents []*executor.Agent
	Runner executor.Runner
}

// Config is the job's configuration for the registry's executors: a timeout an
// agent that does not come while a benchmark runs.
func (j Job) Config() executor.Config {
	return executor.Config{Runner: j.Runner, AgentTimeout: time.Minute}
}

// Subject is an executor that can be measured.
type Subject struct {
	// Name is as it stands in tables and sub-benchmarks.
	Name string
	New  func(executor.Config) (executor.ParallelExecutor, error)
}

// Subjects are the executors of the registry, FailFast of the reference beside
// its default policy.
func Subjects() []Subject {
	var out []Subject
	for _, spec := range executor.Registry() {
		out = append(out, Subject{Name: spec.Name, New: spec.New})
	}
	return append(out, Subject{Name: "reference-failfast", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		c.Policy = executor.FailFast
		return executor.New(c)
	}})
}

// Round makes one call on the job and checks that every agent's result is there.
type Round func() error

// Round of the subject on the job.
func (s Subject) Round(j Job) (Round, error) {
	e, err := s.New(j.Config())
	if err != nil {
		return nil, err
	}
	return func() error {
		got, err := e.ExecuteParallel(context.Background(), "q", j.Agents)
		if err != nil || len(got) != len(j.Agents) {
			return fmt.Errorf("bench: %s: got %d results and error %v, want %d and none", s.Name, len(got), err, len(j.Agents))
		}
		return nil
	}, nil
}

// Floor is the least that a goroutine an agent can cost: a WaitGroup over a
// pre-sized slice, with no context of its own, no timeout, no map, no error
// and no recovery. Every figure is a ratio to it.
func Floor(j Job) Round {
	ctx := context.Background()
	return func() error {
		out := make([]*executor.AgentResponse, len(j.Agents))
		var wg sync.WaitGroup
		for i, a := range j.Agents {
			wg.Go(func() { out[i], _ = j.Runner.ExecuteAgent(ctx, a, "q", nil) })
		}
		wg.Wait()
		for i, r := range out {
			if r == nil {
				return fmt.Errorf("bench: floor: agent %d has no result", i)
			}
		}
		return nil
	}
}

// numbered are n agents whose IDs are their numbers, and an answer for each.
// An answer is found by the number: a look-up in a map would cost as much as
// starting a goroutine, and make every ratio look better than it is.
func numbered(n int) ([]*executor.Agent, answers) {
	agents, out := make([]*executor.Agent, n), make(answers, n)
	for i := range agents {
		id := strconv.Itoa(i)
		agents[i] = &executor.Agent{ID: id}
		out[i] = &executor.AgentResponse{AgentID: id}
	}
	return agents, out
}

type answers []*executor.AgentResponse

func (a answers) of(agent *executor.Agent) *executor.AgentResponse {
	n := 0
	for i := range len(agent.ID) {
		n = 10*n + int(agent.ID[i]-'0')
	}
	return a[n]
}

// Instant is the job of n agents that answer at once, with a response made
// beforehand: what is measured is the executor.
func Instant(n int) Job {
	agents, answers := numbered(n)
	return Job{Name: "instant", Agents: agents, Runner: instant{answers}}
}

type instant struct{ answers }

func (r instant) ExecuteAgent(_ context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	return r.of(a), nil
}

// Touching is the job of n agents that use their context as a client does:
// they ask for its deadline and its error, take its Done channel, and look once
// whether it is closed.
func Touching(n int) Job {
	agents, answers := numbered(n)
	return Job{Name: "context", Agents: agents, Runner: touching{answers}}
}

type touching struct{ answers }

func (r touching) ExecuteAgent(ctx context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	ctx.Deadline()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	default:
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return r.of(a), nil
}
