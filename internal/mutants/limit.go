package mutants

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

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
	{
		Name:   "place-kept-after-panic",
		Defect: "frees an agent's place after it has returned, but not after it panicked",
		Caught: Catch{"limit-panic", executor.RespectsLimit}, Related: loses,
		New: keepingPlaces(panicked),
	},
	{
		Name:   "place-kept-after-goexit",
		Defect: "frees an agent's place after it has returned or panicked, but not after a Goexit",
		Seen:   "https://github.com/alitto/pond/issues/135",
		Caught: Catch{"limit-goexit", executor.RespectsLimit}, Related: loses,
		New: keepingPlaces(func(err error) bool { return errors.Is(err, executor.ErrGoexit) }),
	},
	{
		Name:   "place-kept-after-nil",
		Defect: "returns early after a nil response, and does not free the agent's place",
		Caught: Catch{"limit-nil-response", executor.RespectsLimit}, Related: loses,
		New: keepingPlaces(func(err error) bool { return errors.Is(err, executor.ErrNilResponse) }),
	},
	{
		Name:   "place-kept-after-time-out",
		Defect: "does not free the place of an agent that obeyed its time-out",
		Caught: Catch{"limit-timeout", executor.RespectsLimit}, Related: loses,
		New: keepingPlaces(func(err error) bool {
			return errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, executor.ErrAbandoned)
		}),
	},
	{
		Name:   "place-kept-after-tool-panic",
		Defect: "does not free the place of an agent with a tool that panicked",
		Caught: Catch{"limit-tool-panic", executor.RespectsLimit}, Related: loses,
		New: part(fanout.Parts{
			CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				return fanout.CallContext(context.WithValue(ctx, toolPanicked{}, new(atomic.Int64)), c, agents)
			},
			Tools: func(ctx context.Context, r *executor.AgentResponse, run fanout.ToolRunner) (*executor.AgentResponse, error) {
				out, err := fanout.Tools(ctx, r, run)
				for _, result := range out.ToolResults {
					if panicked(result.Err) {
						ctx.Value(toolPanicked{}).(*atomic.Int64).Add(1)
					}
				}
				return out, err
			},
			RunAll: func(ctx context.Context, n, limit int, task func(int) error) {
				panicked := ctx.Value(toolPanicked{}).(*atomic.Int64)
				runKeeping(ctx, n, limit, task, func(error) bool {
					for n := panicked.Load(); n > 0; n = panicked.Load() {
						if panicked.CompareAndSwap(n, n-1) {
							return true
						}
					}
					return false
				})
			},
		}),
	},
	{
		Name:   "place-freed-twice",
		Defect: "frees the place of an agent that panicked twice: in the recover and in a defer",
		Caught: Catch{"limit-panic", executor.RespectsLimit},
		New: part(fanout.Parts{RunAll: func(ctx context.Context, n, limit int, task func(int) error) {
			if limit == 0 {
				limit = n
			}
			places := semaphore{free: limit}
			places.changed.L = &places.mu
			var wg sync.WaitGroup
			for i := range n {
				places.take()
				wg.Go(func() {
					defer places.put()
					if panicked(task(i)) {
						places.put()
					}
				})
			}
			wg.Wait()
		}}),
	},
}

// toolPanicked is the key of an *atomic.Bool in the agents' context.
type toolPanicked struct{}

// semaphore counts free places. changed.L must be &mu.
type semaphore struct {
	mu      sync.Mutex
	changed sync.Cond
	free    int
}

func (s *semaphore) take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.free == 0 {
		s.changed.Wait()
	}
	s.free--
}

func (s *semaphore) put() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free++
	s.changed.Signal()
}

// keepingPlaces is the plain executor, but an agent keeps its place if keeps returns
// true for its error.
func keepingPlaces(keeps func(error) bool) func(executor.Config) (executor.ParallelExecutor, error) {
	return part(fanout.Parts{RunAll: func(ctx context.Context, n, limit int, task func(int) error) {
		runKeeping(ctx, n, limit, task, keeps)
	}})
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

// panicked says that an agent or a tool failed with a panic.
func panicked(err error) bool {
	p := (*executor.PanicError)(nil)
	return errors.As(err, &p)
}
