// Package adapt makes an executor of any fan-out, so that what was written to
// put executors to the test can put that fan-out to the test.
//
//	scenariotest.TestSpec(t, adapt.Each(mypackage.ForEach))
//
// Each takes a fan-out that returns an error only, as errgroup and conc/iter
// shape them, Tasks one over functions that return results, Map one over values
// of any type, and Func anything that can be called from a function.
//
// A fan-out is not asked for what it does not know: it has no Limit of a Config,
// runs no tools and tells its tasks apart by their place. A task's time is its
// own: each gets a context.WithTimeout(AgentTimeout) of the one that the fan-out
// hands it, as a task in the field should have. The policy is executor.FailFast,
// as most fan-outs have it; set Spec.Policy for one that collects.
package adapt

import (
	"context"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// Task is one call, as a function.
type Task = func(ctx context.Context) (*executor.AgentResponse, error)

// Func is a fan-out that calls do(ctx, i) for each i in [0, n), and returns its
// error. What a task gave back is kept when do returns: a call that comes back
// before all of its tasks has what was done by then.
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

// Each is a fan-out over values that returns an error only.
func Each(fan func(ctx context.Context, tasks []Task, do func(ctx context.Context, task Task) error) error) executor.Spec {
	return spec(func(ctx context.Context, tasks []Task) ([]*executor.AgentResponse, error) {
		var c collector
		// Tasks are functions, which cannot be compared: each keeps its own result.
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

// Tasks is a fan-out over functions that returns their results by place; nil, or
// a shorter slice, for those that are missing.
func Tasks(fan func(ctx context.Context, tasks []Task) ([]*executor.AgentResponse, error)) executor.Spec {
	return spec(fan)
}

// Map is a fan-out over values of one type that returns values of another by
// place. item makes the value of task i, different for each; result makes what
// the task returns from a text, and text reads it back, "" for none.
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

// spec is the fan-out as an executor.
func spec(fan func(context.Context, []Task) ([]*executor.AgentResponse, error)) executor.Spec {
	return executor.Spec{
		Name: "candidate", Doc: "a fan-out of tasks",
		Lacks:      []executor.Clause{executor.RespectsLimit, executor.RunsTools},
		Positional: true,
		Policy:     executor.FailFast,
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			c, err := c.WithDefaults()
			return adapted{c, fan}, err
		},
	}
}

// collector keeps results until the call is over.
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
