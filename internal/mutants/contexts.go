package mutants

import (
	"context"
	"errors"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// parentKey is the key of the caller's context in the agents' context.
type parentKey struct{}

func parentOf(ctx context.Context) context.Context { return ctx.Value(parentKey{}).(context.Context) }

// contextWithParent is fanout.CallContext for parts that need the caller's context.
func contextWithParent(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
	return fanout.CallContext(context.WithValue(ctx, parentKey{}, ctx), c, agents)
}

// contexts are mutants with defects in contexts: which one the agents get, and when
// it is cancelled.
var contexts = []Mutant{
	{
		Name:   "background-context",
		Defect: "calls the agents with context.Background()",
		Caught: Catch{"cancel", executor.Cancels}, Related: lingers.with(loses).with(misreports).with(Related{
			executor.PassesContext: "the caller's deadline does not reach the agents",
		}),
		New: part(fanout.Parts{CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
			return fanout.CallAgent(context.WithoutCancel(ctx), c, a, input) // Background, with the labels
		}}),
	},
	{
		Name:   "callers-context",
		Defect: "passes the caller's context to the agents, not the context with their timeout",
		Seen:   "https://github.com/coinbase/mesh-sdk-go/pull/90",
		Caught: Catch{"hang-honouring", executor.Cancels}, Related: lingers.with(loses).with(misreports),
		New: part(fanout.Parts{CallContext: contextWithParent, CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
			return fanout.CallAgent(parentOf(ctx), c, a, input)
		}}),
	},
	{
		Name:    "no-timeout",
		Defect:  "gives the agents no timeout",
		Seen:    "https://github.com/golang/go/issues/26099",
		Caught:  Catch{"timeout", executor.ReturnsInTime},
		Related: hangs.with(Related{executor.Cancels: "the agents' context is not done when the observation ends"}),
		New: part(fanout.Parts{
			CallContext: func(ctx context.Context, _ executor.Config, _ int) (context.Context, context.CancelCauseFunc) {
				return context.WithCancelCause(ctx)
			},
			AgentContext: func(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
				return context.WithCancel(ctx)
			},
		}),
	},
	{
		Name:   "lost-cancel",
		Defect: "cancels the call's context only after a failure",
		Seen:   "https://github.com/sourcegraph/conc/pull/91",
		Caught: Catch{"foreign-context", executor.LeavesNothing},
		New: part(fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
			ctx, cancel := fanout.CallContext(ctx, c, agents)
			return ctx, func(cause error) {
				if cause != nil {
					cancel(cause)
				}
			}
		}}),
	},
	{
		Name:    "no-sibling-cancel",
		Defect:  "reports the first failure under FailFast, but does not cancel the other agents",
		Seen:    "https://github.com/openai/openai-agents-python/pull/4185",
		Caught:  Catch{"fail-fast", executor.PartialSuccess},
		Related: Related{executor.Cancels: "agents are started after the failure"},
		New: part(fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
			ctx, cancel := fanout.CallContext(ctx, c, agents)
			return ctx, func(cause error) {
				if cause == nil {
					cancel(nil)
				}
			}
		}}),
	},
	{
		Name:   "kills-siblings",
		Defect: "cancels all agents when one fails, under every policy",
		Seen:   "https://github.com/langchain-ai/deepagents/issues/694",
		Caught: Catch{"partial-success", executor.PartialSuccess}, Related: loses.with(misreports),
		New: part(fanout.Parts{Record: func(c *fanout.Call, i int, a fanout.Answer) {
			fanout.Record(c, i, a)
			if a.Err != nil {
				c.Cancel(a.Err)
			}
		}}),
	},
	{
		Name:   "ignores-the-caller",
		Defect: "ignores the caller's context: neither its cancellation nor its deadline reaches the agents",
		Caught: Catch{"cancel", executor.ReturnsInTime},
		Related: Related{
			executor.Cancels:        "agents are started after the caller cancelled",
			executor.PartialSuccess: "the error does not say that the caller cancelled",
			executor.BoundsStuck:    "callers go on waiting",
			executor.PassesContext:  "the caller's deadline and cause do not reach the agents",
		},
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			return wrapped(c, func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
				return ref.ExecuteParallel(context.WithoutCancel(ctx), input, agents)
			})
		},
	},
	{
		Name:    "starts-after-cancel",
		Defect:  "starts an agent without checking the context",
		Seen:    "https://github.com/cenkalti/backoff/issues/68",
		Caught:  Catch{"cancel-before", executor.Cancels},
		Related: Related{executor.RespectsLimit: "waiting agents are started after a cancellation"},
		New:     part(fanout.Parts{MayStart: func(context.Context) error { return nil }}),
	},
	{
		Name:   "starts-after-failure",
		Defect: "starts waiting agents under FailFast after one has failed",
		Seen:   "https://github.com/golang/go/issues/61611",
		Caught: Catch{"fail-fast-queue", executor.Cancels},
		New: part(fanout.Parts{MayStart: func(ctx context.Context) error {
			if failed := (*executor.AgentError)(nil); errors.As(context.Cause(ctx), &failed) {
				return nil
			}
			return ctx.Err()
		}}),
	},
	{
		Name:   "deadline-as-cancellation",
		Defect: "ends the agents' time with a timer that cancels the context, so that the error is Canceled and not DeadlineExceeded",
		Seen:   "https://github.com/connectrpc/connect-go/pull/904",
		Caught: Catch{"hang-honouring", executor.PartialSuccess},
		New: part(fanout.Parts{
			CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				shared, cancel := context.WithCancelCause(ctx)
				timed, stop := fanout.CallContext(ctx, c, agents)
				context.AfterFunc(timed, func() { cancel(nil) })
				return shared, func(cause error) { cancel(cause); stop(cause) }
			},
			AgentContext: func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				timer := time.AfterFunc(d, cancel)
				return ctx, func() { timer.Stop(); cancel() }
			},
		}),
	},
	{
		Name:   "retries-after-cancel",
		Defect: "sleeps and calls again after a failure, without checking the context",
		Seen:   "https://github.com/gojek/heimdall/issues/145",
		Caught: Catch{"cancel-failing", executor.Cancels},
		Related: lingers.with(misreports).with(Related{
			executor.LosesNothing:  "the result is that of the retry, which takes too long",
			executor.RespectsLimit: "the result of a waiting agent is that of the retry, which takes too long",
		}),
		New: part(fanout.Parts{CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
			r, err := fanout.CallAgent(ctx, c, a, input)
			if err != nil {
				time.Sleep(30 * time.Millisecond)
				return fanout.CallAgent(ctx, c, a, input)
			}
			return r, err
		}}),
	},
	{
		Name:   "watcher-left-behind",
		Defect: "starts a goroutine that waits only for the end of the caller's context",
		Seen:   "https://github.com/uber/tchannel-go/pull/278",
		Caught: Catch{"foreign-context", executor.LeavesNothing},
		New: part(fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
			own, cancel := fanout.CallContext(ctx, c, agents)
			go func() {
				<-ctx.Done()
				cancel(ctx.Err())
			}()
			return own, cancel
		}}),
	},
}

// executorFunc is an executor made of a function.
type executorFunc func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error)

// ExecuteParallel implements executor.ParallelExecutor.
func (f executorFunc) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	return f(ctx, input, agents)
}

// wrapped is the reference executor, with call in place of its ExecuteParallel.
func wrapped(c executor.Config, call func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error)) (executor.ParallelExecutor, error) {
	ref, err := executor.New(c)
	if err != nil {
		return nil, err
	}
	return executorFunc(func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
		return call(ref, ctx, input, agents)
	}), nil
}
