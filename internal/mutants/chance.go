package mutants

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// byChance are mutants that lose about one answer in two when the answer and the end
// of a context meet: a select with two ready cases takes either.
var byChance = []Mutant{
	{
		Name:   "chance-send-or-caller",
		Defect: "sends an answer in a select with the end of the caller's context",
		Seen:   "https://github.com/ansible/receptor/pull/1385",
		Caught: Catch{"many-late-cancel", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{CallContext: contextWithParent, Watch: func(ctx context.Context, grace time.Duration, work fanout.Work) (fanout.Answer, bool) {
			answers := make(chan fanout.Answer, 1)
			go work(func(a fanout.Answer) {
				select {
				case answers <- a:
				case <-parentOf(ctx).Done():
				}
			})
			return receive(ctx, grace, answers)
		}}),
	},
	{
		Name:   "chance-unbuffered-or-done",
		Defect: "sends an answer on an unbuffered channel in a select with the end of the agent's context",
		Caught: Catch{"many-late", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{Watch: func(ctx context.Context, grace time.Duration, work fanout.Work) (fanout.Answer, bool) {
			answers := make(chan fanout.Answer)
			go work(func(a fanout.Answer) {
				select {
				case answers <- a:
				case <-ctx.Done():
				}
			})
			return receive(ctx, grace, answers)
		}}),
	},
	{
		Name:   "chance-send-or-default",
		Defect: "sends an answer on an unbuffered channel only if the receiver waits at that moment",
		Caught: Catch{"many-at-end", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{Watch: func(ctx context.Context, grace time.Duration, work fanout.Work) (fanout.Answer, bool) {
			answers := make(chan fanout.Answer)
			go work(func(a fanout.Answer) {
				select {
				case answers <- a:
				default:
				}
			})
			return receive(ctx, grace, answers)
		}}),
	},
	{
		Name:   "chance-send-or-failed",
		Defect: "passes on an answer in a select with a channel that another agent's failure closes, under every policy",
		Caught: Catch{"many-after-failure", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{
			CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				return fanout.CallContext(context.WithValue(ctx, failedKey{}, &failed{ch: make(chan struct{})}), c, agents)
			},
			Record: func(c *fanout.Call, i int, a fanout.Answer) {
				f := c.Context.Value(failedKey{}).(*failed)
				if a.Err != nil {
					fanout.Record(c, i, a)
					f.close()
					return
				}
				fanout.Record(c, i, offered(a, f.ch))
			},
		}),
	},
	{
		Name:   "chance-await-or-caller",
		Defect: "waits for one agent after the other, each in a select with the end of the caller's context",
		Seen:   "https://github.com/e2b-dev/infra/pull/3241",
		Caught: Catch{"many-late-cancel", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			return awaited(c, c.Caller.Done())
		}}),
	},
	{
		Name:   "chance-await-or-time",
		Defect: "waits for one agent after the other, each in a select with the end of the call's own time",
		Seen:   "https://github.com/richelieu042/chimera/pull/7",
		Caught: Catch{"many-late", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			if c.Context.Err() != context.DeadlineExceeded || c.Caller.Err() != nil {
				return fanout.Conclude(c)
			}
			return awaited(c, c.Context.Done())
		}}),
	},
	{
		Name:   "chance-await-or-deadline",
		Defect: "waits for one agent after the other, each in a select with a channel that is closed at the caller's deadline",
		Caught: Catch{"many-late-deadline", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			expired := make(chan struct{})
			if deadline, ok := c.Caller.Deadline(); ok && time.Until(deadline) <= 0 {
				close(expired)
			}
			return awaited(c, expired)
		}}),
	},
	{
		Name:   "chance-collect-or-done",
		Defect: "collects the answers in a loop that ends, by a select, when the caller's context is done",
		Seen:   "https://github.com/llm-d/llm-d-async/issues/126",
		Caught: Catch{"many-late-cancel", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			stopped := false
			for i, a := range c.Answers {
				if !stopped && a.Err == nil {
					stopped = offered(a, c.Caller.Done()).Err != nil
				}
				if stopped && a.Err == nil {
					giveUp(c, i)
				}
			}
			return fanout.Conclude(c)
		}}),
	},
	{
		Name:   "chance-outcome-or-done",
		Defect: "waits for the outcome of the whole call in a select with the end of the caller's context",
		Caught: Catch{"many-late-cancel", executor.PartialSuccess}, Related: loses.with(misreports),
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			done := make(chan struct{})
			close(done)
			select {
			case <-done:
				return results, err
			case <-c.Caller.Done():
				return nil, c.Caller.Err()
			}
		}),
	},
	{
		Name:   "chance-failure-or-done",
		Defect: "waits for the first failure in a select with the context that this failure cancels, under FailFast",
		Seen:   "https://github.com/google/syzkaller/pull/7448",
		Caught: Catch{"many-fail-fast", executor.PartialSuccess}, Related: misreports,
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			if c.Config.Policy != executor.FailFast || err == nil {
				return results, err
			}
			failures := make(chan error, 1)
			failures <- err
			select {
			case err = <-failures:
				return nil, err
			case <-c.Context.Done():
				return nil, c.Context.Err()
			}
		}),
	},
	{
		Name:   "chance-place-or-done",
		Defect: "takes a place in a select with the end of the context, and starts the agent if it got the place",
		Seen:   "https://github.com/golang/go/issues/63615",
		Caught: Catch{"many-cancel-before", executor.Cancels}, Related: Related{executor.RespectsLimit: "waiting agents are started after a cancellation"},
		New: part(fanout.Parts{MayStart: func(ctx context.Context) error {
			places := make(chan struct{}, 1) // the place is free: RunAll has waited for it
			select {
			case places <- struct{}{}:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}),
	},
}

// failedKey is the key of the call's *failed in the agents' context.
type failedKey struct{}

// failed is a channel that the first failure of a call closes.
type failed struct {
	ch   chan struct{}
	once sync.Once
}

func (f *failed) close() { f.once.Do(func() { close(f.ch) }) }

// offered sends an answer in a select with ended, and returns what the receiver has
// then. If both are ready, that is the answer in one case of two.
func offered(a fanout.Answer, ended <-chan struct{}) fanout.Answer {
	answers := make(chan fanout.Answer, 1)
	select {
	case answers <- a:
		return <-answers
	case <-ended:
		return fanout.Answer{Err: fmt.Errorf("%w: nobody waits for the answer", executor.ErrAbandoned)}
	}
}

// awaited is fanout.Conclude, but each response passes a select with ended before.
func awaited(c *fanout.Call, ended <-chan struct{}) (map[string]*executor.AgentResponse, error) {
	for i, a := range c.Answers {
		if a.Err == nil && offered(a, ended).Err != nil {
			giveUp(c, i)
		}
	}
	return fanout.Conclude(c)
}

// giveUp replaces the answer of agent i by a failure.
func giveUp(c *fanout.Call, i int) {
	err := &executor.AgentError{AgentID: c.Agents[i].ID, Err: fmt.Errorf("%w: %w", executor.ErrAbandoned, context.Cause(c.Context))}
	c.Answers[i] = fanout.Answer{Err: err}
	c.Failures = append(c.Failures, err)
}
