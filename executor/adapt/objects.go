package adapt

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// Group is for an object with Go and Wait, such as errgroup.Group. open makes the object
// for one call, and the context of its tasks: errgroup.WithContext can be passed as it
// is. A task whose context is done before it begins ends at once with the context's error.
func Group[G interface {
	Go(task func() error)
	Wait() error
}](open func(ctx context.Context) (G, context.Context)) executor.Spec {
	return spec(func(ctx context.Context, c call) (results, error) {
		k := newCollector(len(c.tasks))
		g, ctx := open(ctx)
		for i, task := range c.tasks {
			g.Go(func() error { return k.start(ctx, i, task) })
		}
		err := g.Wait()
		responses, _ := k.close()
		return c.byIndex(responses, err)
	})
}

// Pool is for an object that tasks are submitted to. For each call, open returns a
// function that submits a task, and one that waits until all submitted tasks have ended:
//
//	adapt.Pool(func(ctx context.Context) (func(func()), func()) {
//		p := mypool.New(4)
//		return p.Submit, p.StopAndWait
//	})
//
// A nil wait means that Pool waits for the tasks by itself. A task whose context is done
// before it begins ends at once with the context's error.
//
// A pool whose tasks return errors and whose wait returns one decides which errors that
// is; the policy is executor.FailFast. Another pool does not see the errors: the errors
// of all tasks are joined, and the policy is executor.CollectErrors.
func Pool[
	S func(func()) | func(func()) error | func(func() error) | func(func() error) error | func(func(context.Context) error),
	W func() | func() error,
](open func(ctx context.Context) (submit S, wait W)) executor.Spec {
	s := spec(func(ctx context.Context, c call) (results, error) {
		submit, wait := open(ctx)
		k := newCollector(len(c.tasks))
		var running sync.WaitGroup
		var refused []error
		for i, task := range c.tasks {
			running.Add(1)
			ended := sync.OnceFunc(running.Done)
			if err := submitTask(ctx, submit, func(ctx context.Context) error {
				defer ended()
				return k.report(ctx, i, c.agents[i].ID, task)
			}); err != nil {
				refused = append(refused, fmt.Errorf("adapt: Pool: submit task %d: %w", i, err))
				ended()
			}
		}
		if wait == nil {
			running.Wait()
		}
		err := errors.Join(append(refused, callAny(wait))...)
		responses, failed := k.close()
		if !seesErrors(submit, wait) {
			err = errors.Join(failed, err)
		}
		return c.byIndex(responses, err)
	})
	var submit S
	var wait W
	if !seesErrors(submit, wait) {
		s.Policy = executor.CollectErrors
	}
	return s
}

// submitTask submits a task in the way that the pool takes it.
func submitTask(ctx context.Context, submit any, task func(context.Context) error) error {
	switch submit := submit.(type) {
	case func(func()):
		submit(func() { _ = task(ctx) }) // the error is collected
	case func(func()) error:
		return submit(func() { _ = task(ctx) })
	case func(func() error):
		submit(func() error { return task(ctx) })
	case func(func() error) error:
		return submit(func() error { return task(ctx) })
	case func(func(context.Context) error):
		submit(task)
	}
	return nil
}

// callAny calls a function that may be nil, such as the one that waits for a pool.
func callAny(f any) error {
	switch f := f.(type) {
	case func():
		if f != nil {
			f()
		}
	case func() error:
		if f != nil {
			return f()
		}
	}
	return nil
}

// seesErrors says that a pool gets the errors of its tasks and returns one.
func seesErrors(submit, wait any) bool {
	switch submit.(type) {
	case func(func()), func(func()) error:
		return false
	}
	_, returns := wait.(func() error)
	return returns
}

// Channel is for a fan-out that calls do for each ID, sends a result for each on a
// channel, and closes the channel. result makes a value of a text. read returns the text
// of a received result, or its error. The channel is read until it is closed, and all
// errors are joined: the policy is executor.CollectErrors.
func Channel[T, R any](
	fan func(ctx context.Context, ids []string, do func(ctx context.Context, id string) (T, error)) <-chan R,
	result func(text string) T, read func(R) (text string, err error),
) executor.Spec {
	s := spec(func(ctx context.Context, c call) (results, error) {
		ids, index := c.ids()
		out := make(results, len(ids))
		var errs []error
		for r := range fan(ctx, ids, byID(c, index, result)) {
			text, err := read(r)
			if err == nil {
				err = c.add(out, text)
			}
			errs = append(errs, err)
		}
		return out, errors.Join(errs...)
	})
	s.Policy = executor.CollectErrors
	return s
}
