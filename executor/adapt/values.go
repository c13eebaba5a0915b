package adapt

import (
	"context"
	"errors"
	"fmt"

	"github.com/watertight-go/watertight/executor"
)

// Values is for a fan-out that runs functions and returns their values by index. result
// makes a value of a text. text returns the text of a value, and "" for a missing one.
// For values that are strings, both return what they get.
func Values[T any](
	fan func(ctx context.Context, tasks []func(ctx context.Context) (T, error)) ([]T, error),
	result func(text string) T, text func(T) string,
) executor.Spec {
	return spec(func(ctx context.Context, c call) (results, error) {
		values, err := fan(ctx, valueTasks(c, result))
		return inOrder(c, values, text, err)
	})
}

// Unordered is Values for a fan-out that returns the values in any order, and only those
// of tasks that succeeded.
func Unordered[T any](
	fan func(ctx context.Context, tasks []func(ctx context.Context) (T, error)) ([]T, error),
	result func(text string) T, text func(T) string,
) executor.Spec {
	return spec(func(ctx context.Context, c call) (results, error) {
		values, err := fan(ctx, valueTasks(c, result))
		out := make(results, len(values))
		for _, v := range values {
			if wrong := c.add(out, text(v)); wrong != nil {
				err = errors.Join(err, wrong)
			}
		}
		return out, err
	})
}

// valueTasks are the tasks of a call, which return values of the fan-out.
func valueTasks[T any](c call, result func(text string) T) []func(context.Context) (T, error) {
	tasks := make([]func(context.Context) (T, error), len(c.tasks))
	for i := range tasks {
		tasks[i] = func(ctx context.Context) (T, error) { return value(ctx, c, i, result) }
	}
	return tasks
}

// value runs task i and makes the fan-out's value of its answer.
func value[R any](ctx context.Context, c call, i int, result func(text string) R) (none R, err error) {
	r, err := c.tasks[i](ctx)
	if err != nil {
		return none, err
	}
	return result(mark(i, r.Content)), nil
}

// Map is for a fan-out that maps values of one type to values of another, by index.
// item makes the value of task i, a different one for each i. result makes a value
// of a text. text returns the text of a value, and "" for a missing one.
//
// Spec.New returns an error if item is not different for each of the first tasks, and
// a call returns one before any task starts.
func Map[T comparable, R any](
	fan func(ctx context.Context, items []T, do func(ctx context.Context, item T) (R, error)) ([]R, error),
	item func(i int) T, result func(text string) R, text func(R) string,
) executor.Spec {
	s := spec(func(ctx context.Context, c call) (results, error) {
		items, index, err := different(len(c.tasks), item)
		if err != nil {
			return nil, err
		}
		values, err := fan(ctx, items, func(ctx context.Context, it T) (none R, err error) {
			i, ok := index[it]
			if !ok {
				return none, fmt.Errorf("adapt: Map: not an item of this call (got %v, want one of the items that the fan-out was given)", it)
			}
			return value(ctx, c, i, result)
		})
		return inOrder(c, values, text, err)
	})
	build := s.New
	s.New = func(c executor.Config) (executor.ParallelExecutor, error) {
		if _, _, err := different(tried, item); err != nil {
			return nil, err
		}
		return build(c)
	}
	return s
}

// tried is for how many tasks Map tries item before anything runs. item may be made for
// few tasks, as where it returns elements of a slice.
const tried = 5

// different returns the items of n tasks, and the task of each item.
func different[T comparable](n int, item func(i int) T) (items []T, index map[T]int, err error) {
	items, index = make([]T, n), make(map[T]int, n)
	for i := range n {
		it := item(i)
		if first, ok := index[it]; ok {
			return nil, nil, fmt.Errorf("adapt: Map: item is not different for each task (got %v for task %d and for task %d, want another value)", it, first, i)
		}
		items[i], index[it] = it, i
	}
	return items, index, nil
}

// ByID is for a fan-out that calls do for each ID and returns a map of values by ID. A
// missing value is not in the map, or its text is "". result and text are as in Values.
func ByID[R any](
	fan func(ctx context.Context, ids []string, do func(ctx context.Context, id string) (R, error)) (map[string]R, error),
	result func(text string) R, text func(R) string,
) executor.Spec {
	return spec(func(ctx context.Context, c call) (results, error) {
		ids, index := c.ids()
		values, err := fan(ctx, ids, byID(c, index, result))
		out := make(results, len(values))
		for id, v := range values {
			t := text(v)
			i, known := index[id]
			switch {
			case t == "":
			case known:
				out[id] = c.response(i, t)
			default: // the scenarios find that no agent has this ID
				out[id] = &executor.AgentResponse{AgentID: id, Content: t}
			}
		}
		return out, err
	})
}

// ids are the IDs of the agents, and the task of each ID.
func (c call) ids() (ids []string, index map[string]int) {
	ids, index = make([]string, len(c.agents)), make(map[string]int, len(c.agents))
	for i, a := range c.agents {
		ids[i], index[a.ID] = a.ID, i
	}
	return ids, index
}

// byID returns a function that runs the task of an ID.
func byID[R any](c call, index map[string]int, result func(text string) R) func(context.Context, string) (R, error) {
	return func(ctx context.Context, id string) (none R, err error) {
		i, ok := index[id]
		if !ok {
			return none, fmt.Errorf("adapt: not an ID of this call (got %q, want one of the IDs that the fan-out was given)", id)
		}
		return value(ctx, c, i, result)
	}
}
