package fanout

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Validate refuses a nil agent, an empty ID and a duplicate ID.
func Validate(agents []*executor.Agent, i int) error {
	a := agents[i]
	switch {
	case a == nil:
		return fmt.Errorf("%w: at index %d", executor.ErrNilAgent, i)
	case a.ID == "":
		return fmt.Errorf("%w: at index %d", executor.ErrEmptyID, i)
	case slices.ContainsFunc(agents[:i], func(b *executor.Agent) bool { return b != nil && b.ID == a.ID }):
		return fmt.Errorf("%w: %q at index %d", executor.ErrDuplicateID, a.ID, i)
	}
	return nil
}

// CallContext makes a context that is done with the caller's, and at the latest
// after AgentTimeout x ceil(agents/Limit).
func CallContext(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
	waves := 1
	if c.Limit > 0 && agents > c.Limit {
		waves = (agents + c.Limit - 1) / c.Limit
	}
	ctx, cancel := context.WithCancelCause(ctx)
	ctx, stop := context.WithTimeout(ctx, time.Duration(waves)*c.AgentTimeout)
	return ctx, func(cause error) {
		cancel(cause)
		stop()
	}
}

// RunAll starts a goroutine for each task. It waits for a free place without
// checking ctx: running tasks end soon after ctx is done, and tasks that start
// later end at once.
func RunAll(_ context.Context, n, limit int, task func(i int) error) {
	if limit == 0 || limit > n {
		limit = n
	}
	places := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for i := range n {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			_ = task(i) // the answer is recorded already
		})
	}
	wg.Wait()
}

// Watch gives up when grace is over. The channel has a buffer for the answer of work
// that ends later; that answer is not read.
func Watch(ctx context.Context, grace time.Duration, work Work) (Answer, bool) {
	answers := make(chan Answer, 1)
	go work(func(a Answer) { answers <- a })
	select {
	case a := <-answers:
		return a, true
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a, true
	case <-timer.C:
		return Answer{}, false
	}
}

// Guard sets the answer to ErrGoexit before it calls work. If work neither returns
// nor panics, that answer stays.
func Guard(work func() (*executor.AgentResponse, error), done func(Answer)) {
	a := Answer{Err: executor.ErrGoexit}
	defer func() {
		if v := recover(); v != nil {
			a = Answer{Err: &executor.PanicError{Value: v, Stack: debug.Stack()}}
		}
		done(a)
	}()
	r, err := work()
	a = Answer{Response: r, Err: err}
}

// CallAgent calls the Runner. A nil response with a nil error is an error.
func CallAgent(ctx context.Context, c executor.Config, agent *executor.Agent, input string) (*executor.AgentResponse, error) {
	r, err := c.Runner.ExecuteAgent(ctx, agent, input, c.History)
	if err == nil && r == nil {
		err = executor.ErrNilResponse
	}
	return r, err
}

// Tools makes one tool call after the other, and none once ctx is done. The
// response may be shared by several calls, so Tools returns a copy.
func Tools(ctx context.Context, r *executor.AgentResponse, run ToolRunner) (*executor.AgentResponse, error) {
	out := *r
	out.ToolResults = nil
	for _, call := range r.ToolCalls {
		result := executor.ToolResult{CallID: call.ID, Name: call.Name}
		if err := ctx.Err(); err != nil {
			result.Err = fmt.Errorf("%w: %w", executor.ErrNotStarted, err)
		} else {
			result = run(ctx, call)
		}
		out.ToolResults = append(out.ToolResults, result)
	}
	return &out, nil
}

// Record stores a failure before it cancels the other agents under FailFast: their
// errors are caused by it and must come after it.
func Record(c *Call, i int, a Answer) {
	if a.Err != nil {
		id := ""
		if agent := c.Agents[i]; agent != nil {
			id = agent.ID
		}
		a = Answer{Err: &executor.AgentError{AgentID: id, Err: a.Err}}
		c.Mu.Lock()
		c.Failures = append(c.Failures, a.Err)
		c.Mu.Unlock()
		if c.Config.Policy == executor.FailFast {
			c.Cancel(a.Err)
		}
	}
	c.Answers[i] = a
}

// Conclude applies the policy to the answers.
func Conclude(c *Call) (map[string]*executor.AgentResponse, error) {
	results := c.Results()
	switch {
	case len(c.Failures) == 0:
		return results, nil
	case c.Config.Policy == executor.FailFast:
		return nil, c.Joined()
	case c.Config.Policy == executor.CollectErrors:
		return results, c.Joined()
	case c.Config.Policy == executor.FirstError:
		return results, &executor.Error{Failures: c.Failures[:1:1], Ended: c.Ended}
	case len(results) > 0:
		return results, nil
	}
	return nil, c.Joined()
}

// Results stores the responses in Out under their agents' IDs.
func (c *Call) Results() map[string]*executor.AgentResponse {
	for i, a := range c.Answers {
		if a.Err == nil {
			c.Out[c.Agents[i].ID] = a.Response
		}
	}
	return c.Out
}

// Joined returns the error with all failures, in the order of time.
func (c *Call) Joined() error { return &executor.Error{Failures: c.Failures, Ended: c.Ended} }

// ended returns the context's error if the caller or the time ended the call.
func ended(parent, ctx context.Context) error {
	switch {
	case parent.Err() != nil:
		return parent.Err()
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	return nil
}
