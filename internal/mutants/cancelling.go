package mutants

import (
	"context"
	"errors"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// parentKey finds the caller's context in the agents'.
type parentKey struct{}

func parentOf(ctx context.Context) context.Context { return ctx.Value(parentKey{}).(context.Context) }

// beginWithParent is fanout.Begin for parts that ask for the caller's context.
func beginWithParent(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
	return fanout.Begin(context.WithValue(ctx, parentKey{}, ctx), c, agents)
}

// cancelling are about contexts: who gets which, and who ends it when.
func cancelling() []Mutant {
	return []Mutant{
		{
			Name:   "background-context",
			Defect: "calls the agents with context.Background()",
			Caught: Catch{"cancel", executor.Cancels}, Related: lingers.with(loses).with(misreports),
			New: part(fanout.Parts{Ask: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
				return fanout.Ask(context.WithoutCancel(ctx), c, a, input) // Background, with the labels
			}}),
		},
		{
			Name:   "callers-context",
			Defect: "hands the caller's context on to the agents, in place of the one with their time",
			Seen:   "https://github.com/coinbase/mesh-sdk-go/pull/90",
			Caught: Catch{"hang-honouring", executor.Cancels}, Related: lingers.with(loses).with(misreports),
			New: part(fanout.Parts{Begin: beginWithParent, Ask: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
				return fanout.Ask(parentOf(ctx), c, a, input)
			}}),
		},
		{
			Name:    "no-timeout",
			Defect:  "gives the agents no time of their own",
			Seen:    "https://github.com/golang/go/issues/26099",
			Caught:  Catch{"timeout", executor.ReturnsInTime},
			Related: hangs.with(Related{executor.Cancels: "nothing has ended the agents' context when watching ends"}),
			New: part(fanout.Parts{
				Begin: func(ctx context.Context, _ executor.Config, _ int) (context.Context, context.CancelCauseFunc) {
					return context.WithCancelCause(ctx)
				},
				Time: func(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
					return context.WithCancel(ctx)
				},
			}),
		},
		{
			Name:   "lost-cancel",
			Defect: "cancels the call's context on failures only",
			Seen:   "https://github.com/sourcegraph/conc/pull/91",
			Caught: Catch{"foreign-context", executor.LeavesNothing},
			New: part(fanout.Parts{Begin: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				ctx, cancel := fanout.Begin(ctx, c, agents)
				return ctx, func(cause error) {
					if cause != nil {
						cancel(cause)
					}
				}
			}}),
		},
		{
			Name:    "no-sibling-cancel",
			Defect:  "reports the first failure under FailFast, but lets the others go on",
			Seen:    "https://github.com/openai/openai-agents-python/pull/4185",
			Caught:  Catch{"fail-fast", executor.PartialSuccess},
			Related: Related{executor.Cancels: "agents are started after the failure"},
			New: part(fanout.Parts{Begin: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				ctx, cancel := fanout.Begin(ctx, c, agents)
				return ctx, func(cause error) {
					if cause == nil {
						cancel(nil)
					}
				}
			}}),
		},
		{
			Name:   "kills-siblings",
			Defect: "cancels all agents when one fails, whatever the policy",
			Seen:   "https://github.com/langchain-ai/deepagents/issues/694",
			Caught: Catch{"partial-success", executor.PartialSuccess}, Related: loses.with(misreports),
			New: part(fanout.Parts{Book: func(c *fanout.Call, i int, a fanout.Answer) {
				fanout.Book(c, i, a)
				if a.Err != nil {
					c.Cancel(a.Err)
				}
			}}),
		},
		{
			Name:   "ignores-the-caller",
			Defect: "detaches the call from its caller: neither its cancellation nor its deadline reach the agents",
			Caught: Catch{"cancel", executor.ReturnsInTime},
			Related: Related{
				executor.Cancels:        "agents are started after the caller's cancellation",
				executor.PartialSuccess: "the error does not name the caller's end",
				executor.BoundsStuck:    "callers wait on",
			},
			New: func(c executor.Config) (executor.ParallelExecutor, error) {
				return wrapped(c, func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
					return ref.ExecuteParallel(context.WithoutCancel(ctx), input, agents)
				})
			},
		},
		{
			Name:    "starts-the-cancelled",
			Defect:  "does not look at the context before it starts an agent",
			Seen:    "https://github.com/cenkalti/backoff/issues/68",
			Caught:  Catch{"cancel-before", executor.Cancels},
			Related: Related{executor.RespectsLimit: "waiting for a place does not obey cancellation"},
			New:     part(fanout.Parts{Start: func(context.Context) error { return nil }}),
		},
		{
			Name:   "starts-after-failure",
			Defect: "starts queued agents under FailFast after one has failed",
			Seen:   "https://github.com/golang/go/issues/61611",
			Caught: Catch{"fail-fast-queue", executor.Cancels},
			New: part(fanout.Parts{Start: func(ctx context.Context) error {
				if failed := (*executor.AgentError)(nil); errors.As(context.Cause(ctx), &failed) {
					return nil
				}
				return ctx.Err()
			}}),
		},
		{
			Name:   "deadline-as-cancellation",
			Defect: "ends the agents' time with a timer that cancels, so that it reads as a cancellation",
			Seen:   "https://github.com/connectrpc/connect-go/pull/904",
			Caught: Catch{"hang-honouring", executor.PartialSuccess},
			New: part(fanout.Parts{
				Begin: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
					shared, cancel := context.WithCancelCause(ctx)
					timed, stop := fanout.Begin(ctx, c, agents)
					context.AfterFunc(timed, func() { cancel(nil) })
					return shared, func(cause error) { cancel(cause); stop(cause) }
				},
				Time: func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
					ctx, cancel := context.WithCancel(ctx)
					timer := time.AfterFunc(d, cancel)
					return ctx, func() { timer.Stop(); cancel() }
				},
			}),
		},
		{
			Name:   "retries-for-nobody",
			Defect: "sleeps and tries again after a failure, without a look at the context",
			Seen:   "https://github.com/gojek/heimdall/issues/145",
			Caught: Catch{"cancel-failing", executor.Cancels},
			Related: lingers.with(misreports).with(Related{
				executor.LosesNothing: "a retry that takes too long stands for the agent",
			}),
			New: part(fanout.Parts{Ask: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
				r, err := fanout.Ask(ctx, c, a, input)
				if err != nil {
					time.Sleep(30 * time.Millisecond)
					return fanout.Ask(ctx, c, a, input)
				}
				return r, err
			}}),
		},
		{
			Name:   "watches-for-ever",
			Defect: "starts a goroutine that waits for the caller's end, and for nothing else",
			Seen:   "https://github.com/uber/tchannel-go/pull/278",
			Caught: Catch{"foreign-context", executor.LeavesNothing},
			New: part(fanout.Parts{Begin: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				own, cancel := fanout.Begin(ctx, c, agents)
				go func() {
					<-ctx.Done()
					cancel(ctx.Err())
				}()
				return own, cancel
			}}),
		},
	}
}

// executorFunc is an executor made of a function.
type executorFunc func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error)

// ExecuteParallel implements executor.ParallelExecutor.
func (f executorFunc) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	return f(ctx, input, agents)
}

// wrapped is the reference, called by call.
func wrapped(c executor.Config, call func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error)) (executor.ParallelExecutor, error) {
	ref, err := executor.New(c)
	if err != nil {
		return nil, err
	}
	return executorFunc(func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
		return call(ref, ctx, input, agents)
	}), nil
}
