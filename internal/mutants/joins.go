package mutants

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// notJoined are mutants that return while goroutines of the call are running,
// although all agents honour their context.
var notJoined = []Mutant{
	{
		Name:   "returns-at-cancel",
		Defect: "returns as soon as the caller's context is done, while the goroutine that runs the agents goes on",
		Seen:   "https://github.com/golang/go/issues/65045",
		Caught: Catch{"cancel-clean-up", executor.Joins}, Related: loses.with(misreports).with(lingers),
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			return wrapped(c, func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (results map[string]*executor.AgentResponse, err error) {
				outcome := make(chan func(), 1)
				go func() {
					r, e := ref.ExecuteParallel(ctx, input, agents)
					outcome <- func() { results, err = r, e }
				}()
				select {
				case set := <-outcome:
					set()
					return results, err
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			})
		},
	},
	{
		Name:   "returns-at-first-failure",
		Defect: "returns under FailFast as soon as an agent fails, without waiting for the agents that it cancelled",
		Caught: Catch{"fail-fast-clean-up", executor.Joins}, Related: lingers,
		New: parts(func(c executor.Config) fanout.Parts {
			if c.Policy != executor.FailFast {
				return fanout.Parts{}
			}
			return fanout.Parts{RunAll: runUntilError, Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
				c.Mu.Lock()
				defer c.Mu.Unlock()
				if len(c.Failures) == 0 {
					return fanout.Conclude(c)
				}
				return nil, &executor.Error{Failures: slices.Clone(c.Failures), Ended: c.Ended}
			}}
		}),
	},
	{
		Name:   "watcher-for-a-second",
		Defect: "starts a goroutine that reports calls which take longer than a second, and sleeps until then",
		Caught: Catch{"normal", executor.LeavesNothing}, Related: unjoined,
		New: part(fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
			own, cancel := fanout.CallContext(ctx, c, agents)
			go func() {
				time.Sleep(time.Second)
				if own.Err() == nil {
					slowCalls.Add(1)
				}
			}()
			return own, cancel
		}}),
	},
	{
		Name:   "metrics-in-background",
		Defect: "writes the metrics of a call on a goroutine that it does not wait for",
		Caught: Catch{"normal", executor.Joins}, Related: unjoined,
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			failures := int64(len(c.Failures))
			go func() {
				time.Sleep(20 * time.Millisecond) // the metrics server answers
				failedAgents.Add(failures)
			}()
			return results, err
		}),
	},
	{
		Name:   "clean-up-by-context",
		Defect: "cleans up in a context.AfterFunc of the call's context, which runs after the return",
		Caught: Catch{"normal", executor.Joins}, Related: unjoined,
		New: part(fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
			own, cancel := fanout.CallContext(ctx, c, agents)
			context.AfterFunc(own, func() {
				time.Sleep(5 * time.Millisecond) // files are closed
			})
			return own, cancel
		}}),
	},
}

// slowCalls and failedAgents are metrics of these mutants.
var slowCalls, failedAgents atomic.Int64

// runUntilError runs the tasks as fanout.RunAll does, but it returns when a task has
// failed.
func runUntilError(ctx context.Context, n, limit int, task func(int) error) {
	failed := make(chan struct{}, n)
	all := make(chan struct{})
	go func() {
		defer close(all)
		fanout.RunAll(ctx, n, limit, func(i int) error {
			err := task(i)
			if err != nil {
				failed <- struct{}{}
			}
			return err
		})
	}()
	select {
	case <-all:
	case <-failed:
	}
}
