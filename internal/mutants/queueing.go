package mutants

import (
	"context"
	"errors"
	"sync"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// queueing are about Limit, and the agents that wait for their turn.
func queueing() []Mutant {
	return []Mutant{
		{
			Name:   "no-limit",
			Defect: "starts all agents at once",
			Seen:   "https://github.com/golang/go/issues/27837",
			Caught: Catch{"limit", executor.RespectsLimit},
			New: part(fanout.Parts{Spread: func(ctx context.Context, n, _ int, task func(int) error) {
				fanout.Spread(ctx, n, 0, task)
			}}),
		},
		{
			Name:   "one-too-many",
			Defect: "lets one agent more run than Limit allows",
			Caught: Catch{"limit", executor.RespectsLimit},
			New: part(fanout.Parts{Spread: func(ctx context.Context, n, limit int, task func(int) error) {
				if limit > 0 {
					limit++
				}
				fanout.Spread(ctx, n, limit, task)
			}}),
		},
		{
			Name:   "place-lost-on-failure",
			Defect: "an agent that fails does not give its place back",
			Seen:   "https://github.com/ollama/ollama/pull/10005",
			Caught: Catch{"limit-fail", executor.RespectsLimit}, Related: loses,
			New: part(fanout.Parts{Spread: func(ctx context.Context, n, limit int, task func(int) error) {
				spreadKeeping(ctx, n, limit, task, func(err error) bool { return err != nil })
			}}),
		},
		{
			Name:   "abandoned-keeps-place",
			Defect: "an agent that was given up keeps its place until it returns",
			Seen:   "https://github.com/panjf2000/ants/issues/146",
			Caught: Catch{"limit-ignoring", executor.RespectsLimit}, Related: loses,
			New: part(fanout.Parts{Spread: func(ctx context.Context, n, limit int, task func(int) error) {
				spreadKeeping(ctx, n, limit, task, func(err error) bool { return errors.Is(err, executor.ErrAbandoned) })
			}}),
		},
		{
			Name:   "time-runs-in-the-queue",
			Defect: "counts an agent's time from the start of the call, not from its own",
			Caught: Catch{"limit-queue", executor.RespectsLimit}, Related: loses,
			New: part(fanout.Parts{Begin: func(ctx context.Context, c executor.Config, _ int) (context.Context, context.CancelCauseFunc) {
				return fanout.Begin(ctx, c, 1)
			}}),
		},
		{
			Name:    "queue-ignores-cancel",
			Defect:  "looks at the context before an agent waits for its place, and not after",
			Seen:    "https://github.com/golang/go/issues/54045",
			Caught:  Catch{"limit-cancel-ignoring", executor.Cancels},
			Related: Related{executor.RespectsLimit: "waiting for a place does not obey cancellation"},
			New: func(c executor.Config) (executor.ParallelExecutor, error) {
				careful, err := fanout.New(c, fanout.Parts{})
				if err != nil {
					return nil, err
				}
				careless, err := fanout.New(c, fanout.Parts{Start: func(context.Context) error { return nil }})
				return executorFunc(func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
					if ctx.Err() != nil {
						return careful.ExecuteParallel(ctx, input, agents)
					}
					return careless.ExecuteParallel(ctx, input, agents)
				}), err
			},
		},
	}
}

// spreadKeeping is fanout.Spread in which an agent keeps its place where keeps
// says so. It waits for a place until ctx is done.
func spreadKeeping(ctx context.Context, n, limit int, task func(int) error, keeps func(error) bool) {
	if limit == 0 {
		limit = n
	}
	places := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for i := range n {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			_ = task(i) // which finds that it may not start
			continue
		}
		wg.Go(func() {
			if !keeps(task(i)) {
				<-places
			}
		})
	}
	wg.Wait()
}
