package mutants

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// invented are mutants that have results of agents without an answer, or that hide
// such agents behind a nil error.
var invented = []Mutant{
	{
		Name:   "skipped-without-error",
		Defect: "leaves its loop over the agents when the context is done, and reports no failure of the agents that it skipped",
		Caught: Catch{"cancel-before", executor.PartialSuccess}, Related: misreports,
		New: part(fanout.Parts{RunAll: runUntilDone, Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			return concludeAs(c, fanout.Answer{Err: executor.ErrNotStarted})
		}}),
	},
	{
		Name:   "zero-value-for-skipped",
		Defect: "keeps responses and errors in two slices, so that an agent that it skipped has an empty response and no error",
		Caught: Catch{"limit-cancel", executor.LosesNothing}, Related: misreports,
		New: part(fanout.Parts{RunAll: runUntilDone, Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			return concludeAs(c, fanout.Answer{Response: &executor.AgentResponse{}})
		}}),
	},
	{
		Name:   "skipped-after-failure",
		Defect: "leaves its loop over the agents after a failure, under every policy, and reports no failure of the agents that it skipped",
		Caught: Catch{"limit-fail", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{RunAll: runUntilFailure, Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			return concludeAs(c, fanout.Answer{Err: executor.ErrNotStarted})
		}}),
	},
	{
		Name:   "response-of-another",
		Defect: "declares the response outside its loop, so that an agent that was not started gets the response of the agent before it",
		Caught: Catch{"limit-cancel", executor.LosesNothing},
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			var r *executor.AgentResponse
			for i, a := range c.Answers {
				if a.Err == nil {
					r = a.Response
				}
				if results != nil && r != nil && errors.Is(a.Err, executor.ErrNotStarted) {
					results[c.Agents[i].ID] = r
				}
			}
			return results, err
		}),
	},
	{
		Name:   "empty-for-stopped",
		Defect: "returns an empty response for an agent that was stopped, so that callers may read the response of every agent",
		Caught: Catch{"timeout", executor.LosesNothing},
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			for i, a := range c.Answers {
				stopped := errors.Is(a.Err, context.Canceled) || errors.Is(a.Err, context.DeadlineExceeded)
				if results != nil && stopped {
					results[c.Agents[i].ID] = &executor.AgentResponse{AgentID: c.Agents[i].ID}
				}
			}
			return results, err
		}),
	},
}

// runUntilDone is fanout.RunAll, but it leaves the loop when ctx is done.
func runUntilDone(ctx context.Context, n, limit int, task func(int) error) {
	runUntil(n, limit, task, func() bool { return ctx.Err() != nil })
}

// runUntilFailure is fanout.RunAll, but it leaves the loop when a task has failed.
func runUntilFailure(_ context.Context, n, limit int, task func(int) error) {
	var failed atomic.Bool
	runUntil(n, limit, func(i int) error {
		err := task(i)
		if err != nil {
			failed.Store(true)
		}
		return err
	}, failed.Load)
}

// runUntil is fanout.RunAll, but it leaves the loop when stop returns true.
func runUntil(n, limit int, task func(int) error, stop func() bool) {
	if limit == 0 || limit > n {
		limit = n
	}
	places := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for i := range n {
		places <- struct{}{}
		if stop() {
			break
		}
		wg.Go(func() {
			defer func() { <-places }()
			_ = task(i)
		})
	}
	wg.Wait()
}

// concludeAs is fanout.Conclude, with an answer for agents that have none.
func concludeAs(c *fanout.Call, missing fanout.Answer) (map[string]*executor.AgentResponse, error) {
	for i, a := range c.Answers {
		if a == (fanout.Answer{}) {
			c.Answers[i] = missing
		}
	}
	return fanout.Conclude(c)
}
