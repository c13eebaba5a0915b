// Package bench measures executors: what a call costs, how much memory a
// blocked agent holds, how long a cancelled call takes to return, and how far
// it overshoots its bound. It prints and judges nothing.
//
// A time means something only as a ratio to the floor of the same run, taken
// right beside it: a WaitGroup over a pre-sized slice, with no context, no
// timeout, no map and no recovery. The Go benchmarks beside it have the
// standard output, so that benchstat reads it.
package bench

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
)

// Subject is an executor that can be measured. An executor that has a pool of
// goroutines keeps it between calls, and implements io.Closer.
type Subject struct {
	// Name is as it stands in tables and sub-benchmarks.
	Name string
	New  func(executor.Config) (executor.ParallelExecutor, error)
}

// Subjects are the executors of the registry, and the reference under FailFast.
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

// Rounds makes a number of calls and says how long they took together. An
// error means that a call did not do its work.
type Rounds func(calls int) (time.Duration, error)

// Rounds are the subject's calls on the job. Close ends what the subject keeps
// between them.
func (s Subject) Rounds(j Job) (rounds Rounds, closeSubject func(), err error) {
	e, err := s.New(j.Config())
	if err != nil {
		return nil, nil, fmt.Errorf("bench: %s: %w", s.Name, err)
	}
	closeSubject = func() {
		if c, ok := e.(io.Closer); ok {
			c.Close()
		}
	}
	ctx := context.Background()
	return timed(func() error {
		got, err := e.ExecuteParallel(ctx, "q", j.Agents)
		if err != nil || len(got) != len(j.Agents) {
			return fmt.Errorf("bench: %s: got %d results and error %v, want %d and none", s.Name, len(got), err, len(j.Agents))
		}
		return nil
	}), closeSubject, nil
}

// Floor is the least that a goroutine an agent can cost on the job.
func Floor(j Job) Rounds {
	ctx := context.Background()
	return timed(func() error {
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

func timed(call func() error) Rounds {
	return func(calls int) (time.Duration, error) {
		begun := time.Now()
		for range calls {
			if err := call(); err != nil {
				return 0, err
			}
		}
		return time.Since(begun), nil
	}
}
