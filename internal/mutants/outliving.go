package mutants

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// outliving are mutants whose contexts and timers live longer than the call.
var outliving = []Mutant{
	{
		Name:   "cancel-dropped-after-answer",
		Defect: "cancels an agent's context only if the agent returns an error: the context of one that answered lives until its time-out",
		Seen:   "https://github.com/slok/goresilience/pull/22",
		Caught: Catch{"long-timeout", executor.Cancels}, Related: Related{executor.LeavesNothing: "contexts with timers are left"},
		New: part(fanout.Parts{
			CallContext: contextWithParent,
			AgentContext: func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
				own, cancel, unlink := ofCaller(ctx, parentOf(ctx), d)
				return context.WithValue(own, cancelKey{}, cancel), unlink
			},
			CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
				r, err := fanout.CallAgent(ctx, c, a, input)
				if err != nil {
					ctx.Value(cancelKey{}).(context.CancelFunc)()
				}
				return r, err
			},
		}),
	},
	{
		Name:   "cancel-postponed",
		Defect: "cancels an agent's context a second after the agent has ended, so that its tools may finish their writes",
		Caught: Catch{"long-timeout", executor.Cancels}, Related: Related{
			executor.LeavesNothing: "contexts with timers are left for a second",
			executor.Joins:         "the cancellation runs after the return",
		},
		New: part(fanout.Parts{
			CallContext: contextWithParent,
			AgentContext: func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
				own, cancel, unlink := ofCaller(ctx, parentOf(ctx), d)
				return own, func() { unlink(); time.AfterFunc(time.Second, cancel) }
			},
		}),
	},
	{
		Name:   "agents-of-the-executor",
		Defect: "makes the agents' contexts of the executor's own long-lived context, and does not end them with the call",
		Caught: Catch{"long-timeout", executor.Cancels}, Related: Related{executor.LeavesNothing: "the executor's context keeps those of all agents"},
		New: parts(func(executor.Config) fanout.Parts {
			running, stop := context.WithCancel(context.Background())
			_ = stop // for a Close that the executor does not have yet
			return fanout.Parts{AgentContext: func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
				own, _, unlink := ofCaller(ctx, withValues{running, context.WithoutCancel(ctx)}, d)
				return own, unlink
			}}
		}),
	},
	{
		Name:   "linked-forever",
		Defect: "links each call to the executor's own context with context.AfterFunc, and never unlinks it",
		Caught: Catch{"retention", executor.LeavesNothing},
		New: parts(func(executor.Config) fanout.Parts {
			running, stop := context.WithCancel(context.Background())
			_ = stop // for a Close that the executor does not have yet
			return fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				own, cancel := fanout.CallContext(ctx, c, agents)
				context.AfterFunc(running, func() { cancel(errors.New("executor closed")) })
				return own, cancel
			}}
		}),
	},
	{
		Name:   "timers-of-a-minute",
		Defect: "starts a timer of one minute for each agent, which reports agents that are slow, and does not stop it",
		Caught: Catch{"retention", executor.LeavesNothing}, Related: Related{executor.Joins: "the timers fire after the return"},
		New: part(fanout.Parts{CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
			var answer atomic.Pointer[executor.AgentResponse]
			time.AfterFunc(time.Minute, func() {
				if answer.Load() == nil {
					slowAgents.Add(1)
				}
			})
			r, err := fanout.CallAgent(ctx, c, a, input)
			answer.Store(r)
			return r, err
		}}),
	},
}

// slowAgents is a metric of the mutant timers-of-a-minute.
var slowAgents atomic.Int64

// cancelKey is the key of the cancel function of an agent's context.
type cancelKey struct{}

// ofCaller makes an agent's context of base. It ends with ctx, which is the call's,
// until unlink is called.
func ofCaller(ctx, base context.Context, d time.Duration) (own context.Context, cancel, unlink context.CancelFunc) {
	own, end := context.WithCancelCause(base)
	deadline := time.Now().Add(d)
	if callEnds, ok := ctx.Deadline(); ok && callEnds.Before(deadline) {
		deadline = callEnds
	}
	own, stop := context.WithDeadline(own, deadline)
	off := context.AfterFunc(ctx, func() {
		if ctx.Err() == context.Canceled {
			end(context.Cause(ctx))
		}
	})
	return own, func() { end(nil); stop() }, func() { off() }
}
