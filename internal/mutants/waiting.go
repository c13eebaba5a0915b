package mutants

import (
	"context"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// waiting are mutants with defects in how long the call waits, and for what.
var waiting = []Mutant{
	{
		Name:   "waits-for-ignoring-agent",
		Defect: "waits for an agent that ignores its context",
		Seen:   "https://github.com/golang/go/issues/26099",
		Caught: Catch{"hang-ignoring", executor.ReturnsInTime}, Related: hangs,
		New: part(fanout.Parts{Watch: func(_ context.Context, _ time.Duration, work fanout.Work) (fanout.Answer, bool) {
			answers := make(chan fanout.Answer, 1)
			go work(func(a fanout.Answer) { answers <- a })
			return <-answers, true
		}}),
	},
	{
		Name:    "unbuffered-result",
		Defect:  "sends the answer on an unbuffered channel, from which nothing receives after an early return",
		Seen:    "https://github.com/hellofresh/health-go/issues/224",
		Caught:  Catch{"late-after-return", executor.LeavesNothing},
		Related: Related{executor.BoundsStuck: "the goroutine that cannot send belongs to no agent"},
		New: part(fanout.Parts{Watch: func(ctx context.Context, grace time.Duration, work fanout.Work) (fanout.Answer, bool) {
			answers := make(chan fanout.Answer)
			go work(func(a fanout.Answer) { answers <- a })
			return receive(ctx, grace, answers)
		}}),
	},
	{
		Name:    "no-grace",
		Defect:  "gives up on an agent as soon as its context is done",
		Seen:    "https://github.com/alitto/pond/pull/82",
		Caught:  Catch{"late-in-grace", executor.LosesNothing},
		Related: loses.with(Related{executor.Joins: "agents that obey their context have not ended at the return"}),
		New: part(fanout.Parts{Watch: func(ctx context.Context, _ time.Duration, work fanout.Work) (fanout.Answer, bool) {
			return fanout.Watch(ctx, 0, work)
		}}),
	},
	{
		Name:   "first-result-wins",
		Defect: "returns when the first agent has returned",
		Seen:   "https://github.com/alitto/pond/issues/68",
		Caught: Catch{"normal", executor.LosesNothing},
		Related: loses.with(lingers).with(Related{
			executor.TouchesNoInput: "the others write their answers while the caller reads",
		}),
		New: part(fanout.Parts{RunAll: func(_ context.Context, n, _ int, task func(int) error) {
			ended := make(chan error, n)
			for i := range n {
				go func() { ended <- task(i) }()
			}
			if n > 0 {
				<-ended
			}
		}}),
	},
	{
		Name:   "one-after-the-other",
		Defect: "runs the agents one after the other, so that an agent that hangs uses up the time of the others",
		Seen:   "https://github.com/cline/cline/pull/14197",
		Caught: Catch{"timeout", executor.LosesNothing}, Related: loses,
		New: part(fanout.Parts{RunAll: func(_ context.Context, n, _ int, task func(int) error) {
			for i := range n {
				_ = task(i)
			}
		}}),
	},
	{
		Name:    "shared-waitgroup",
		Defect:  "has one WaitGroup for all calls, so that each call waits for the agents of all calls",
		Caught:  Catch{"recovery", executor.ReturnsInTime},
		Related: hangs.with(dies), // a WaitGroup panics if it is reused while a goroutine waits
		New: parts(func(executor.Config) fanout.Parts {
			var wg sync.WaitGroup
			return fanout.Parts{RunAll: func(_ context.Context, n, limit int, task func(int) error) {
				places := make(chan struct{}, max(1, limit))
				for i := range n {
					if limit > 0 {
						places <- struct{}{}
					}
					wg.Go(func() {
						_ = task(i)
						if limit > 0 {
							<-places
						}
					})
				}
				wg.Wait()
			}}
		}),
	},
}

// receive waits as fanout.Watch does.
func receive(ctx context.Context, grace time.Duration, answers <-chan fanout.Answer) (fanout.Answer, bool) {
	select {
	case a := <-answers:
		return a, true
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a, true
	case <-timer.C:
		return fanout.Answer{}, false
	}
}
