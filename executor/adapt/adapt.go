// Package adapt makes an executor of any fan-out, which is a function or an object that
// runs tasks in parallel. So the tests for executors can test that fan-out:
//
//	scenariotest.TestSpec(t, adapt.Each(mypackage.ForEach),
//		scenariotest.Policy(executor.FailFast))
//
// The shape of the fan-out decides which function of this package to use. T and R are
// types of the fan-out, and do calls one task:
//
//	Each       func(ctx, []T, do func(ctx, T) error) error
//	Tasks      func(ctx, []func(ctx) (T, error)) ([]T, error), generic
//	Values     the same for one type T, the results by index
//	Unordered  the same, the results in any order
//	Map        func(ctx, []T, do func(ctx, T) (R, error)) ([]R, error)
//	ByID       func(ctx, []string, do func(ctx, string) (R, error)) (map[string]R, error)
//	Channel    func(ctx, []string, do func(ctx, string) (T, error)) <-chan R
//	Group      an object with Go(func() error) and Wait() error, as errgroup.Group
//	Pool       an object that a task is submitted to, and a way to wait
//	Func       any other: a function of yours calls it
//	Configured one of these that obeys executor.Config: Limit, AgentTimeout, Grace
//
// # Streams
//
// A fan-out of streams merges the answers of agents while they arrive. It gets a Source
// for each agent, and Single is for what streams the answer of one:
//
//	StreamChannel     func(ctx, []Source) (<-chan T, error), closed at the end
//	StreamSeq         func(ctx, []Source) iter.Seq2[T, error]
//	StreamCallback    func(ctx, []Source, each func(T) error) error
//	StreamReader      an object with Recv() (T, error), where io.EOF ends, and Close
//	StreamCursor      an object with Next, Current, Err and Close
//	StreamConfigured  one of these that obeys executor.Config: Limit, AgentTimeout, Grace
//
// Many of them do not say when an agent has ended. These ends are added once the whole
// stream has ended and the consumer has stayed: an end with its error for each agent whose
// error came, and an end without one for each agent whose answer was taken to its end. An
// error of no agent is that of all others. A fan-out that marks ends itself, by
// executor.Event.End, has to mark them all: none without an error is added then.
//
// What buffers more than executor.DefaultBuffer events, or less, declares Bounds.Buffer.
//
// # The policy
//
// Say what the fan-out does when a task fails. executor.FailFast returns the first error
// and cancels the other tasks. executor.FirstError waits for all tasks and returns the
// first error. executor.CollectErrors waits for all and returns all errors.
// executor.BestEffort returns an error only if no task succeeded. Without
// scenariotest.Policy or Spec.Policy it is FailFast, or what the function's comment says.
//
// # What is not tested
//
// Features that a fan-out does not have are not tested: it runs no tools, identifies its
// tasks by index, and ignores Config.Limit, unless it is Configured. It may return while
// tasks that honour their context still end: scenariotest.Claims(executor.Joins) tests
// that it does not.
//
// # Time-outs
//
// Each task gets AgentTimeout on top of the context that the fan-out passes to it. A
// fan-out that has a time-out or a limit of its own declares it, and is judged by it:
//
//	scenariotest.Bounds(executor.Bounds{Limit: 4, AgentTimeout: time.Second})
//
// A fan-out that declares Bounds.AgentTimeout must end its tasks itself: they get no
// time-out from this package.
package adapt

import (
	"context"
	"errors"

	"github.com/watertight-go/watertight/executor"
)

// Task is the call of one agent.
type Task = func(ctx context.Context) (*executor.AgentResponse, error)

// Func is for a fan-out that calls do(ctx, i) for each i in [0, n) and returns an
// error. The result of a task is stored when do returns. A fan-out that returns
// before all its tasks has the results stored by then.
func Func(fan func(ctx context.Context, n int, do func(ctx context.Context, i int) error) error) executor.Spec {
	return spec(func(ctx context.Context, c call) (results, error) {
		k := newCollector(len(c.tasks))
		err := fan(ctx, len(c.tasks), func(ctx context.Context, i int) error { return k.do(ctx, i, c.tasks[i]) })
		responses, _ := k.close()
		return c.byIndex(responses, err)
	})
}

// Each is for a fan-out that calls do for each value and returns an error.
func Each(fan func(ctx context.Context, tasks []Task, do func(ctx context.Context, task Task) error) error) executor.Spec {
	return spec(func(ctx context.Context, c call) (results, error) {
		k := newCollector(len(c.tasks))
		// Functions cannot be compared, so do cannot find the index of its task.
		// Therefore each task stores its own result.
		kept := make([]Task, len(c.tasks))
		for i, task := range c.tasks {
			kept[i] = func(ctx context.Context) (*executor.AgentResponse, error) { return nil, k.do(ctx, i, task) }
		}
		err := fan(ctx, kept, func(ctx context.Context, task Task) error {
			_, err := task(ctx)
			return err
		})
		responses, _ := k.close()
		return c.byIndex(responses, err)
	})
}

// Tasks is for a fan-out that runs functions and returns their results by index. A
// missing result is nil, or the slice is shorter.
func Tasks(fan func(ctx context.Context, tasks []Task) ([]*executor.AgentResponse, error)) executor.Spec {
	return spec(func(ctx context.Context, c call) (results, error) {
		return c.byIndex(fan(ctx, c.tasks))
	})
}

// Configured is for a fan-out that can be told the bounds of executor.Config. build
// makes the fan-out and adapts it with another function of this package:
//
//	adapt.Configured(func(c executor.Config) executor.Spec {
//		p := mypool.New(c.Limit, c.AgentTimeout)
//		return adapt.Each(p.ForEach)
//	})
//
// build is called for each executor, with a Config that has its defaults. Limit is zero
// where all tasks may run at once. The Spec claims executor.RespectsLimit: with
// scenariotest.Lacks(executor.RespectsLimit) build may ignore Limit. The policy is
// executor.FailFast whatever build returns: set Spec.Policy for another.
//
// Tasks still get AgentTimeout from this package, unless build sets Bounds.AgentTimeout
// of the Spec that it returns. That says that the fan-out ends its tasks itself.
func Configured(build func(c executor.Config) executor.Spec) executor.Spec {
	s := spec(nil)
	s.Lacks = []executor.Clause{executor.RunsTools, executor.Joins}
	s.New = func(c executor.Config) (executor.ParallelExecutor, error) {
		c, err := c.WithDefaults()
		if err != nil {
			return nil, err
		}
		built := build(c)
		if built.New == nil {
			return nil, errors.New("adapt: Configured: build returned no executor (got a Spec without New, want one that a function of this package made)")
		}
		x, err := built.New(c)
		if a, ok := x.(adapted); ok && err == nil && built.Bounds.AgentTimeout > 0 {
			return a.WithoutTimeouts(), nil
		}
		return x, err
	}
	return s
}
