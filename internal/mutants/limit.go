package mutants

import (
	"context"
	"errors"
	"sync"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// limits are mutants with defects in Limit and in the waiting for a free place.
var limits = []Mutant{
	{
		Name:   "no-limit",
		Defect: "starts all agents at once",
		Seen:   "https://github.com/golang/go/issues/27837",
		Caught: Catch{"limit", executor.RespectsLimit},
		New: part(fanout.Parts{RunAll: func(ctx context.Context, n, _ int, task func(int) error) {
			fanout.RunAll(ctx, n, 0, task)
		}}),
	},
	{
		Name:   "one-too-many",
		Defect: "runs one agent more than Limit allows",
		Caught: Catch{"limit", executor.RespectsLimit},
		New: part(fanout.Parts{RunAll: func(ctx context.Context, n, limit int, task func(int) error) {
			if limit > 0 {
				limit++
			}
			fanout.RunAll(ctx, n, limit, task)
		}}),
	},
	{
		Name:   "place-lost-on-failure",
		Defect: "does not free the place of an agent that fails",
		Seen:   "https://github.com/ollama/ollama/pull/10005",
		Caught: Catch{"limit-fail", executor.RespectsLimit}, Related: loses,
		New: part(fanout.Parts{RunAll: func(ctx context.Context, n, limit int, task func(int) error) {
			runKeeping(ctx, n, limit, task, func(err error) bool { return err != nil })
		}}),
	},
	{
		Name:   "abandoned-keeps-place",
		Defect: "does not free the place of an abandoned agent until it returns",
		Seen:   "https://github.com/panjf2000/ants/issues/146",
		Caught: Catch{"limit-ignoring", executor.RespectsLimit}, Related: loses,
		New: part(fanout.Parts{RunAll: func(ctx context.Context, n, limit int, task func(int) error) {
			runKeeping(ctx, n, limit, task, func(err error) bool { return errors.Is(err, executor.ErrAbandoned) })
		}}),
	},
	{
		Name:   "time-runs-in-the-queue",
		Defect: "measures an agent's time from the start of the call, not from the agent's start",
		Caught: Catch{"limit-queue", executor.RespectsLimit}, Related: loses,
		New: part(fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, _ int) (context.Context, context.CancelCauseFunc) {
			return fanout.CallContext(ctx, c, 1)
		}}),
	},
	{
		Name:    "queue-ignores-cancel",
		Defect:  "checks the context before an agent waits for its place, but not after",
		Seen:    "https://github.com/golang/go/issues/54045",
		Caught:  Catch{"limit-cancel-ignoring", executor.Cancels},
		Related: Related{executor.RespectsLimit: "waiting agents are started after a cancellation"},
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			careful, err := fanout.New(c, fanout.Parts{})
			if err != nil {
				return nil, err
			}
			careless, err := fanout.New(c, fanout.Parts{MayStart: func(context.Context) error { return nil }})
			return executorFunc(func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
				if ctx.Err() != nil {
					return careful.ExecuteParallel(ctx, input, agents)
				}
				return careless.ExecuteParallel(ctx, input, agents)
			}), err
		},
	},
}

// runKeeping is fanout.RunAll with a difference: a task for which keeps returns true
// does not free its place. It waits for a place until ctx is done.
func runKeeping(ctx context.Context, n, limit int, task func(int) error, keeps func(error) bool) {
	if limit == 0 {
		limit = n
	}
	places := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for i := range n {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			_ = task(i) // it finds that it may not start
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
