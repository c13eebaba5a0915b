package mutants

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// panicking are mutants with defects in the handling of panics and Goexit, those of
// agents and their own.
var panicking = []Mutant{
	{
		Name:   "panic-crashes",
		Defect: "does not recover the panic of an agent",
		Seen:   "https://github.com/golang/go/issues/53757",
		Caught: Catch{"panic", executor.Survives}, Related: dies,
		New: part(fanout.Parts{Guard: unguarded}),
	},
	{
		Name:    "panic-swallowed",
		Defect:  "recovers a panic and treats the agent as successful",
		Seen:    "https://github.com/panjf2000/ants/issues/146",
		Caught:  Catch{"panic-alone", executor.Survives},
		Related: misreports.with(Related{executor.LosesNothing: "a nil response is in the map"}),
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
		Defect: "turns a panic into an error without the panic value",
		Seen:   "https://github.com/golang/go/issues/49802",
		Caught: Catch{"panic-alone", executor.Survives}, Related: misreports,
		New: part(fanout.Parts{Guard: func(work func() (*executor.AgentResponse, error), done func(fanout.Answer)) {
			fanout.Guard(work, func(a fanout.Answer) {
				if panicked(a.Err) {
					a.Err = errors.New("internal error")
				}
				done(a)
			})
		}}),
	},
	{
		Name:   "panic-awaited",
		Defect: "recovers a panic without passing on an answer, so that the call waits for it",
		Seen:   "https://github.com/monzo/orchestra/pull/5",
		Caught: Catch{"panic-alone", executor.Survives}, Related: misreports,
		New: part(fanout.Parts{Guard: func(work func() (*executor.AgentResponse, error), done func(fanout.Answer)) {
			fanout.Guard(work, func(a fanout.Answer) {
				if !panicked(a.Err) {
					done(a)
				}
			})
		}}),
	},
	{
		Name:   "goexit-lost",
		Defect: "passes on an answer after a return and after a panic, but not after a Goexit",
		Seen:   "https://github.com/golang/go/issues/53757",
		Caught: Catch{"goexit-fast", executor.PartialSuccess}, Related: misreports,
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
		Defect:  "treats an agent that called Goexit as one that returned",
		Caught:  Catch{"goexit-alone", executor.Survives},
		Related: misreports.with(Related{executor.LosesNothing: "a nil response is in the map"}),
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
		Defect: "recovers the panics of agents, but not those of their tools",
		Seen:   "https://github.com/dolthub/go-mysql-server/pull/3370",
		Caught: Catch{"tool-panic", executor.Survives}, Related: dies,
		New: part(fanout.Parts{GuardTool: unguarded}),
	},
	{
		Name:   "response-before-error",
		Defect: "reads the response before it checks the error",
		Seen:   "https://github.com/franela/goreq/issues/103",
		Caught: Catch{"error", executor.Survives}, Related: dies,
		New: parts(func(executor.Config) fanout.Parts {
			return fanout.Parts{Record: func(c *fanout.Call, i int, a fanout.Answer) {
				if len(a.Response.Content) > 1<<20 {
					a = fanout.Answer{Err: errors.New("response too long")}
				}
				fanout.Record(c, i, a)
			}}
		}),
	},
	{
		Name:   "send-on-closed",
		Defect: "closes the result channel when it gives up, and a late agent then sends on it",
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
		Defect: "closes the stop channel at each failure under FailFast",
		Seen:   "https://github.com/cyclone-github/argon_cracker/issues/6",
		Caught: Catch{"fail-fast", executor.Survives}, Related: dies,
		New: part(fanout.Parts{CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
			ctx, cancel := fanout.CallContext(ctx, c, agents)
			stop := make(chan struct{})
			return ctx, func(cause error) {
				if cause != nil {
					close(stop)
				}
				cancel(cause)
			}
		}}),
	},
	{
		Name:   "first-on-caller-fails",
		Defect: "runs the first agent on the caller's goroutine, and returns when it fails, without waiting for the others",
		Caught: Catch{"first-fails", executor.LosesNothing}, Or: executor.PartialSuccess,
		Related: loses.with(misreports).with(lingers).with(unjoined),
		New:     firstOnCaller(func(err error) bool { return err != nil }, func() {}),
	},
	{
		Name:   "first-on-caller-panics",
		Defect: "runs the first agent on the caller's goroutine, whose panic leaves the function that waits for the others",
		Caught: Catch{"first-panics", executor.LosesNothing}, Or: executor.PartialSuccess,
		Related: loses.with(misreports).with(lingers).with(unjoined),
		New:     firstOnCaller(panicked, func() {}),
	},
	{
		Name:    "first-on-caller-exits",
		Defect:  "runs the first agent on the caller's goroutine, which a Goexit of this agent ends",
		Caught:  Catch{"first-goexit", executor.Survives},
		Related: dies.with(hangs).with(loses).with(misreports).with(lingers).with(unjoined),
		New:     firstOnCaller(func(err error) bool { return errors.Is(err, executor.ErrGoexit) }, runtime.Goexit),
	},
}

// firstOnCaller is the plain executor, but it does not wait for the other agents if
// leaves returns true for the error of the first one. It calls leave then.
func firstOnCaller(leaves func(error) bool, leave func()) func(executor.Config) (executor.ParallelExecutor, error) {
	return part(fanout.Parts{
		CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
			return fanout.CallContext(context.WithValue(ctx, leftKey{}, new(left)), c, agents)
		},
		RunAll: func(ctx context.Context, n, limit int, task func(int) error) {
			if runBesideFirst(n, limit, task, func(err error) bool {
				return leaves(err) && ctx.Value(leftKey{}).(*left).set()
			}) {
				leave()
			}
		},
		Record: func(c *fanout.Call, i int, a fanout.Answer) {
			l := c.Context.Value(leftKey{}).(*left)
			l.mu.Lock()
			defer l.mu.Unlock()
			if !l.is {
				fanout.Record(c, i, a)
			}
		},
		Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			return concludeAs(c, fanout.Answer{Err: executor.ErrNotStarted})
		},
	})
}

// leftKey is the key of the call's *left in the agents' context.
type leftKey struct{}

// left says that the call has returned and takes no more answers.
type left struct {
	mu sync.Mutex
	is bool
}

func (l *left) set() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.is = true
	return true
}

// runBesideFirst runs task(0) on the caller's goroutine and the others beside it. If
// leaves returns true for the error of task(0), it does not wait for the others and
// returns true.
func runBesideFirst(n, limit int, task func(int) error, leaves func(error) bool) bool {
	if n == 0 {
		return false
	}
	if limit == 0 {
		limit = n
	}
	places := make(chan struct{}, limit)
	places <- struct{}{}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 1; i < n; i++ {
			places <- struct{}{}
			wg.Go(func() {
				defer func() { <-places }()
				_ = task(i)
			})
		}
	})
	err := task(0)
	<-places
	if leaves(err) {
		return true
	}
	wg.Wait()
	return false
}

// unguarded is fanout.Guard without the recover.
func unguarded(work func() (*executor.AgentResponse, error), done func(fanout.Answer)) {
	a := fanout.Answer{Err: executor.ErrGoexit}
	defer func() { done(a) }()
	r, err := work()
	a = fanout.Answer{Response: r, Err: err}
}
