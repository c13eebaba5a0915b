package fanout

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// whole fills in the correct parts.
func (p Parts) whole() Parts {
	put(&p.Check, Check)
	put(&p.Begin, Begin)
	put(&p.Spread, Spread)
	put(&p.Start, context.Context.Err)
	put(&p.Time, context.WithTimeout)
	put(&p.Watch, Watcher(Watch))
	put(&p.Guard, Guarder(Guard))
	put(&p.Ask, Ask)
	put(&p.Tools, Tools)
	put(&p.ToolTime, context.WithTimeout)
	put(&p.WatchTool, Watcher(Watch))
	put(&p.GuardTool, Guarder(Guard))
	put(&p.Book, Book)
	put(&p.Late, func(*Call, int, Answer) {})
	put(&p.Conclude, Conclude)
	put(&p.Admit, Admit)
	put(&p.Land, Land)
	return p
}

// put fills a part in where there is none.
func put[F any](part *F, correct F) {
	if reflect.ValueOf(*part).IsNil() {
		*part = correct
	}
}

// Check refuses a nil agent, an empty ID and a duplicate.
func Check(agents []*executor.Agent, i int) error {
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

// Begin ends the context when the caller's does, and at the latest after as many
// times AgentTimeout as it takes to run the agents Limit at a time.
func Begin(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
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

// Spread starts a goroutine for each task. It waits for a place without looking
// at ctx: tasks that hold one end soon after ctx does, those that get one then
// end at once.
func Spread(_ context.Context, n, limit int, task func(i int) error) {
	if limit == 0 || limit > n {
		limit = n
	}
	places := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for i := range n {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			_ = task(i) // it was booked
		})
	}
	wg.Wait()
}

// Watch leaves work alone when grace is over. The channel has room for the
// answer of work that comes back later, which nobody reads.
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

// Guard tells a Goexit from a return by the error that is there beforehand.
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

// Ask makes the call, and takes neither a response nor an error for an error.
func Ask(ctx context.Context, c executor.Config, agent *executor.Agent, input string) (*executor.AgentResponse, error) {
	r, err := c.Runner.ExecuteAgent(ctx, agent, input, c.History)
	if err == nil && r == nil {
		err = executor.ErrNilResponse
	}
	return r, err
}

// Tools runs one tool after the other, and none once ctx is done. The response
// may be shared, so its results go into a copy.
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

// Book writes a failure down before it cancels the others under FailFast: their
// errors are its consequence and must come after it.
func Book(c *Call, i int, a Answer) {
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

// Conclude is what the policy makes of the answers.
func Conclude(c *Call) (map[string]*executor.AgentResponse, error) {
	results := c.Results()
	switch {
	case len(c.Failures) == 0:
		return results, nil
	case c.Config.Policy == executor.FailFast:
		return nil, c.Joined()
	case c.Config.Policy == executor.CollectErrors:
		return results, c.Joined()
	case len(results) > 0:
		return results, nil
	}
	return nil, c.Joined()
}

// Results fills Out with the responses by their agents' IDs.
func (c *Call) Results() map[string]*executor.AgentResponse {
	for i, a := range c.Answers {
		if a.Err == nil {
			c.Out[c.Agents[i].ID] = a.Response
		}
	}
	return c.Out
}

// Joined is the error that holds all failures, the first first.
func (c *Call) Joined() error { return &executor.Error{Failures: c.Failures, Ended: c.Ended} }

// ended says why the agents' context was done: the caller, or the time.
func ended(parent, ctx context.Context) error {
	switch {
	case parent.Err() != nil:
		return parent.Err()
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	return nil
}
