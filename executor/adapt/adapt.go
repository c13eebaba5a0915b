// Package adapt makes an executor of any fan-out, which is a function that runs tasks
// in parallel. So the tests for executors can test that function:
//
//	scenariotest.TestSpec(t, adapt.Each(mypackage.ForEach))
//
// The shape of the fan-out decides which function of this package to use:
//
//   - Each: it calls a function for each value, and returns an error
//   - Tasks: it runs functions, and returns their results
//   - Map: it maps values of one type to values of another
//   - Func: any other; a function of yours calls it
//
// Features that a fan-out does not have are not tested: it ignores Config.Limit, runs
// no tools, and identifies its tasks by index. Each task gets AgentTimeout on top of
// the context that the fan-out passes to it. The policy is executor.FailFast, as in
// most fan-outs. Set Spec.Policy for a fan-out that collects errors.
package adapt

import (
	"context"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// Task is the call of one agent.
type Task = func(ctx context.Context) (*executor.AgentResponse, error)

// Func is for a fan-out that calls do(ctx, i) for each i in [0, n) and returns an
// error. The result of a task is stored when do returns. A fan-out that returns
// before all its tasks has the results stored by then.
func Func(fan func(ctx context.Context, n int, do func(ctx context.Context, i int) error) error) executor.Spec {
	return spec(func(ctx context.Context, tasks []Task) ([]*executor.AgentResponse, error) {
		var c collector
		err := fan(ctx, len(tasks), func(ctx context.Context, i int) error {
			r, err := tasks[i](ctx)
			if err == nil {
				c.keep(len(tasks), i, r)
			}
			return err
		})
		return c.close(), err
	})
}

// Each is for a fan-out that calls do for each value and returns an error.
func Each(fan func(ctx context.Context, tasks []Task, do func(ctx context.Context, task Task) error) error) executor.Spec {
	return spec(func(ctx context.Context, tasks []Task) ([]*executor.AgentResponse, error) {
		var c collector
		// Functions cannot be compared, so do cannot find the index of its task.
		// Therefore each task stores its own result.
		kept := make([]Task, len(tasks))
		for i, task := range tasks {
			kept[i] = func(ctx context.Context) (*executor.AgentResponse, error) {
				r, err := task(ctx)
				if err == nil {
					c.keep(len(tasks), i, r)
				}
				return r, err
			}
		}
		err := fan(ctx, kept, func(ctx context.Context, task Task) error {
			_, err := task(ctx)
			return err
		})
		return c.close(), err
	})
}

// Tasks is for a fan-out that runs functions and returns their results by index. A
// missing result is nil, or the slice is shorter.
func Tasks(fan func(ctx context.Context, tasks []Task) ([]*executor.AgentResponse, error)) executor.Spec {
	return spec(fan)
}

// Map is for a fan-out that maps values of one type to values of another, by index.
// item makes the value of task i, a different one for each i. result makes a value
// of the text of a response. text returns the text of a value, and "" for a missing one.
func Map[T comparable, R any](
	fan func(ctx context.Context, items []T, do func(ctx context.Context, item T) (R, error)) ([]R, error),
	item func(i int) T, result func(text string) R, text func(R) string,
) executor.Spec {
	return spec(func(ctx context.Context, tasks []Task) ([]*executor.AgentResponse, error) {
		items, place := make([]T, len(tasks)), make(map[T]int, len(tasks))
		for i := range tasks {
			items[i] = item(i)
			place[items[i]] = i
		}
		values, err := fan(ctx, items, func(ctx context.Context, it T) (none R, err error) {
			r, err := tasks[place[it]](ctx)
			if err != nil {
				return none, err
			}
			return result(r.Content), nil
		})
		responses := make([]*executor.AgentResponse, len(values))
		for i, v := range values {
			if t := text(v); t != "" {
				responses[i] = &executor.AgentResponse{Content: t}
			}
		}
		return responses, err
	})
}

// spec makes an executor of a fan-out.
func spec(fan func(context.Context, []Task) ([]*executor.AgentResponse, error)) executor.Spec {
	return executor.Spec{
		Name: "candidate", Doc: "a fan-out of tasks",
		Lacks:      []executor.Clause{executor.RespectsLimit, executor.RunsTools},
		Positional: true,
		Policy:     executor.FailFast,
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			c, err := c.WithDefaults()
			if err != nil {
				return nil, err
			}
			return adapted{c, fan}, nil
		},
	}
}

// collector stores results until the call returns. Later results are dropped.
type collector struct {
	mu        sync.Mutex
	responses []*executor.AgentResponse
	closed    bool
}

func (c *collector) keep(n, i int, r *executor.AgentResponse) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.responses == nil {
		c.responses = make([]*executor.AgentResponse, n)
	}
	if !c.closed {
		c.responses[i] = r
	}
}

func (c *collector) close() []*executor.AgentResponse {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return c.responses
}
