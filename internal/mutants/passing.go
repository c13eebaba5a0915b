package mutants

import (
	"context"
	"sync"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// passing are mutants in which a part of the caller's context does not reach the
// agents: its values, its deadline or its cause.
var passing = []Mutant{
	{
		Name:   "values-lost",
		Defect: "makes the agents' context of context.Background, with the caller's deadline and cancellation, but without its values",
		Seen:   "https://github.com/i-love-flamingo/flamingo/pull/109",
		Caught: Catch{"normal", executor.PassesContext},
		New: detached(func(ctx context.Context) (context.Context, context.CancelFunc) {
			return withDeadlineOf(ctx, context.Background())
		}, context.Cause),
	},
	{
		Name:   "deadline-lost",
		Defect: "makes the agents' context with context.WithoutCancel and forwards the caller's end, so that agents do not see the caller's deadline",
		Caught: Catch{"caller-deadline", executor.PassesContext}, Related: misreports,
		New: detached(func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithCancel(context.WithoutCancel(ctx))
		}, context.Cause),
	},
	{
		Name:   "cause-lost",
		Defect: "forwards the caller's cancellation without its cause",
		Caught: Catch{"cancel-cause", executor.PassesContext}, Related: misreports,
		New: detached(func(ctx context.Context) (context.Context, context.CancelFunc) {
			return withDeadlineOf(ctx, context.WithoutCancel(ctx))
		}, context.Context.Err),
	},
	{
		Name:   "values-of-first-call",
		Defect: "keeps the context of the executor's first call, and gives its values to the agents of all later calls",
		Caught: Catch{"sequential-reuse", executor.PassesContext}, Related: Related{executor.LeavesNothing: "the values are kept"},
		New: parts(func(executor.Config) fanout.Parts {
			var once sync.Once
			var first context.Context
			return fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				once.Do(func() { first = context.WithoutCancel(ctx) })
				return fanout.CallContext(withValues{ctx, first}, c, agents)
			}}
		}),
	},
}

// withValues is a context with the values of another one. That one must be made by
// context.WithoutCancel: else package context takes its end for this one's.
type withValues struct {
	context.Context
	values context.Context
}

// Value implements context.Context.
func (c withValues) Value(key any) any {
	if v := c.values.Value(key); v != nil {
		return v
	}
	return c.Context.Value(key)
}

// withDeadlineOf returns base with the deadline of ctx, if it has one.
func withDeadlineOf(ctx, base context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(base, deadline)
	}
	return context.WithCancel(base)
}

// detached is the plain executor, with a context for the agents that is made by base
// of the caller's. It is cancelled with the caller's, with the cause that cause returns.
func detached(base func(context.Context) (context.Context, context.CancelFunc), cause func(context.Context) error) func(executor.Config) (executor.ParallelExecutor, error) {
	return part(fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
		free, stop := base(ctx)
		own, cancel := fanout.CallContext(free, c, agents)
		_, expires := free.Deadline()
		forward := func() {
			if ctx.Err() == context.Canceled || !expires {
				cancel(cause(ctx))
			}
		}
		unlink := func() bool { return true }
		if ctx.Err() != nil {
			forward() // at once, before an agent starts
		} else {
			unlink = context.AfterFunc(ctx, forward)
		}
		return own, func(cause error) { unlink(); cancel(cause); stop() }
	}})
}
