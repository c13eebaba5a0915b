package mutants

import (
	"context"
	"errors"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// dying are about panics and Goexit, the agents' and the executor's own.
func dying() []Mutant {
	return []Mutant{
		{
			Name:   "panic-crashes",
			Defect: "catches no panic of an agent",
			Seen:   "https://github.com/golang/go/issues/53757",
			Caught: Catch{"panic", executor.Survives}, Related: dies,
			New: part(fanout.Parts{Guard: unguarded}),
		},
		{
			Name:    "panic-swallowed",
			Defect:  "recovers from a panic and goes on as if the agent had answered",
			Seen:    "https://github.com/panjf2000/ants/issues/146",
			Caught:  Catch{"panic-alone", executor.Survives},
			Related: Related{executor.LosesNothing: "a nil response is in the map"},
			New: part(fanout.Parts{Guard: func(work func() (*executor.AgentResponse, error), done func(fanout.Answer)) {
				a := fanout.Answer{Err: executor.ErrGoexit}
				defer func() {
					if recover() != nil {
						a.Err = nil
					}
					done(a)
				}()
				r, err := work()
				a = fanout.Answer{Response: r, Err: err}
			}}),
		},
		{
			Name:   "panic-anonymous",
			Defect: "makes of a panic an error that does not say what it was",
			Seen:   "https://github.com/golang/go/issues/49802",
			Caught: Catch{"panic-alone", executor.Survives}, Related: misreports,
			New: part(fanout.Parts{Guard: func(work func() (*executor.AgentResponse, error), done func(fanout.Answer)) {
				fanout.Guard(work, func(a fanout.Answer) {
					if p := (*executor.PanicError)(nil); errors.As(a.Err, &p) {
						a.Err = errors.New("internal error")
					}
					done(a)
				})
			}}),
		},
		{
			Name:   "panic-awaited",
			Defect: "recovers from a panic without handing in an answer, for which the call then waits",
			Seen:   "https://github.com/monzo/orchestra/pull/5",
			Caught: Catch{"panic-alone", executor.Survives}, Related: misreports,
			New: part(fanout.Parts{Guard: func(work func() (*executor.AgentResponse, error), done func(fanout.Answer)) {
				fanout.Guard(work, func(a fanout.Answer) {
					if p := (*executor.PanicError)(nil); !errors.As(a.Err, &p) {
						done(a)
					}
				})
			}}),
		},
		{
			Name:   "goexit-lost",
			Defect: "hands in an answer on a return and on a panic, and not on a Goexit",
			Seen:   "https://github.com/golang/go/issues/53757",
			Caught: Catch{"goexit-alone", executor.Survives}, Related: misreports,
			New: part(fanout.Parts{Guard: func(work func() (*executor.AgentResponse, error), done func(fanout.Answer)) {
				fanout.Guard(work, func(a fanout.Answer) {
					if !errors.Is(a.Err, executor.ErrGoexit) {
						done(a)
					}
				})
			}}),
		},
		{
			Name:    "goexit-is-success",
			Defect:  "takes an agent that ended its goroutine for one that returned",
			Caught:  Catch{"goexit-alone", executor.Survives},
			Related: Related{executor.LosesNothing: "a nil response is in the map"},
			New: part(fanout.Parts{Guard: func(work func() (*executor.AgentResponse, error), done func(fanout.Answer)) {
				fanout.Guard(work, func(a fanout.Answer) {
					if errors.Is(a.Err, executor.ErrGoexit) {
						a.Err = nil
					}
					done(a)
				})
			}}),
		},
		{
			Name:   "tool-panic-crashes",
			Defect: "guards the agents, and not the goroutines of their tools",
			Seen:   "https://github.com/dolthub/go-mysql-server/pull/3370",
			Caught: Catch{"tool-panic", executor.Survives}, Related: dies,
			New: part(fanout.Parts{GuardTool: unguarded}),
		},
		{
			Name:   "response-before-error",
			Defect: "reads the response before it looks at the error",
			Seen:   "https://github.com/franela/goreq/issues/103",
			Caught: Catch{"error", executor.Survives}, Related: dies,
			New: parts(func(executor.Config) fanout.Parts {
				return fanout.Parts{Book: func(c *fanout.Call, i int, a fanout.Answer) {
					if len(a.Response.Content) > 1<<20 {
						a = fanout.Answer{Err: errors.New("response too long")}
					}
					fanout.Book(c, i, a)
				}}
			}),
		},
		{
			Name:   "send-on-closed",
			Defect: "closes the result channel when it gives up, into which a late agent sends",
			Seen:   "https://github.com/openziti/foundation/pull/140",
			Caught: Catch{"late-after-return", executor.Survives}, Related: dies,
			New: part(fanout.Parts{Watch: func(ctx context.Context, grace time.Duration, work fanout.Work) (fanout.Answer, bool) {
				answers := make(chan fanout.Answer, 1)
				defer close(answers)
				go work(func(a fanout.Answer) { answers <- a })
				return receive(ctx, grace, answers)
			}}),
		},
		{
			Name:   "double-close",
			Defect: "each failure closes the stop channel under FailFast",
			Seen:   "https://github.com/cyclone-github/argon_cracker/issues/6",
			Caught: Catch{"fail-fast", executor.Survives}, Related: dies,
			New: part(fanout.Parts{Begin: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				ctx, cancel := fanout.Begin(ctx, c, agents)
				stop := make(chan struct{})
				return ctx, func(cause error) {
					if cause != nil {
						close(stop)
					}
					cancel(cause)
				}
			}}),
		},
	}
}

// unguarded lets a panic through.
func unguarded(work func() (*executor.AgentResponse, error), done func(fanout.Answer)) {
	a := fanout.Answer{Err: executor.ErrGoexit}
	defer func() { done(a) }()
	r, err := work()
	a = fanout.Answer{Response: r, Err: err}
}
