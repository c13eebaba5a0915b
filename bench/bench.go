// Package bench measures executors: what a call costs, how much memory a
// blocked agent holds, how long a cancelled call takes to return, and how late a
// call returns that has to abandon its agents. It judges nothing.
//
// A time is useful only as a ratio to the floor of the same run, measured right
// beside it. The floor is a sync.WaitGroup over a slice of the right size, with
// no context, no timeout, no map and no recovery. The Go benchmarks of this
// package print the standard format, which benchstat reads.
package bench

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/watertight-go/watertight/bench/internal/pairs"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
)

// Subject is an executor that can be measured. If it has a pool of goroutines,
// it keeps them between calls and implements io.Closer.
type Subject struct {
	// Name is its name in tables and sub-benchmarks.
	Name string
	New  func(executor.Config) (executor.ParallelExecutor, error)
}

// Subjects are the executors of package exhibits, the reference, and the
// reference under FailFast.
func Subjects() []Subject {
	var out []Subject
	for _, spec := range exhibits.Specs() {
		out = append(out, Subject{Name: spec.Name, New: spec.New})
	}
	return append(out, Subject{Name: "reference-failfast", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		c.Policy = executor.FailFast
		return executor.New(c)
	}})
}

// Rounds makes a number of calls and returns how long they took together. An
// error means that a call did not do its work.
type Rounds = pairs.Rounds

// Rounds are the subject's calls on the job. closeSubject releases what the
// subject keeps between calls.
func (s Subject) Rounds(j Job) (rounds Rounds, closeSubject func(), err error) {
	e, closeSubject, err := s.open(j.Config())
	if err != nil {
		return nil, nil, err
	}
	ctx := context.Background()
	return pairs.Repeat(func() error {
		got, err := e.ExecuteParallel(ctx, "q", j.Agents)
		if err != nil || len(got) != len(j.Agents) {
			return fmt.Errorf("bench: %s: got %d results and error %v, want %d and no error", s.Name, len(got), err, len(j.Agents))
		}
		return nil
	}), closeSubject, nil
}

// open makes the executor and the function that closes it.
func (s Subject) open(c executor.Config) (e executor.ParallelExecutor, closeSubject func(), err error) {
	e, err = s.New(c)
	if err != nil {
		return nil, nil, fmt.Errorf("bench: %s: %w", s.Name, err)
	}
	return e, func() {
		if c, ok := e.(io.Closer); ok {
			c.Close()
		}
	}, nil
}

// Floor is the least that one goroutine for each agent can cost on the job.
func Floor(j Job) Rounds {
	ctx := context.Background()
	return pairs.Repeat(func() error {
		out := make([]*executor.AgentResponse, len(j.Agents))
		var wg sync.WaitGroup
		for i, a := range j.Agents {
			wg.Go(func() { out[i], _ = j.Runner.ExecuteAgent(ctx, a, "q", nil) })
		}
		wg.Wait()
		for i, r := range out {
			if r == nil {
				return fmt.Errorf("bench: floor: agent %d of %d has no result", i, len(out))
			}
		}
		return nil
	})
}
