package mutants

import (
	"context"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// stuckCalls are mutants with defects in the bound on calls that never return.
var stuckCalls = []Mutant{
	{
		Name:   "stuck-unbounded",
		Defect: "calls an agent that never returns again and again, and leaves one more call each time",
		Seen:   "https://github.com/cenkalti/backoff/issues/95",
		Caught: Catch{"stuck-agent", executor.BoundsStuck},
		New:    part(fanout.Parts{Admit: func(*fanout.Breaker, time.Time, executor.Config) error { return nil }}),
	},
	{
		Name:   "stuck-tools-unbounded",
		Defect: "bounds the stuck calls of agents, but not those of their tools",
		Caught: Catch{"stuck-tool", executor.BoundsStuck},
		New: part(fanout.Parts{Admit: func(b *fanout.Breaker, now time.Time, c executor.Config) error {
			if b.Tool != "" {
				return nil
			}
			return fanout.Admit(b, now, c)
		}}),
	},
	{
		Name:   "breaker-never-closes",
		Defect: "never calls an agent again after too many stuck calls",
		Seen:   "https://github.com/nodeshift/opossum/issues/119",
		Caught: Catch{"recovery-by-trial", executor.BoundsStuck},
		New: part(fanout.Parts{Admit: func(b *fanout.Breaker, now time.Time, c executor.Config) error {
			if b.Stuck(now) >= c.MaxStuck {
				return executor.ErrAgentStuck
			}
			return nil
		}}),
	},
	{
		Name:   "success-forgotten",
		Defect: "makes a trial call, but does not close the circuit breaker when it succeeds",
		Seen:   "https://github.com/auth0/disyuntor/pull/6",
		Caught: Catch{"recovery", executor.BoundsStuck},
		New:    part(fanout.Parts{InTime: func(*fanout.Breaker, error) {}}),
	},
	{
		Name:   "goroutine-per-retry",
		Defect: "calls a slow agent a second time while the first call is still running",
		Seen:   "https://github.com/Rican7/retry/issues/5",
		Caught: Catch{"hang-ignoring", executor.BoundsStuck},
		Related: lingers.with(misreports).with(Related{
			executor.LosesNothing:  "the result may be that of the second call",
			executor.RespectsLimit: "the second call is one too many",
			executor.RunsTools:     "the second call runs the tools again",
		}),
		New: part(fanout.Parts{Watch: func(ctx context.Context, grace time.Duration, work fanout.Work) (fanout.Answer, bool) {
			answers := make(chan fanout.Answer, 2)
			go work(func(a fanout.Answer) { answers <- a })
			hedge := time.NewTimer(60 * time.Millisecond)
			defer hedge.Stop()
			select {
			case a := <-answers:
				return a, true
			case <-ctx.Done():
			case <-hedge.C:
				go work(func(a fanout.Answer) { answers <- a })
			}
			return receive(ctx, grace, answers)
		}}),
	},
}
