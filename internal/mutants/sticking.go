package mutants

import (
	"context"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// sticking are about calls that cannot be stopped, and the bound on them.
func sticking() []Mutant {
	return []Mutant{
		{
			Name:   "stuck-unbounded",
			Defect: "calls a dead agent again and again, and leaves one more call behind each time",
			Seen:   "https://github.com/cenkalti/backoff/issues/95",
			Caught: Catch{"stuck-agent", executor.BoundsStuck},
			New:    part(fanout.Parts{Admit: func(*fanout.Gate, time.Time, executor.Config) error { return nil }}),
		},
		{
			Name:   "stuck-tools-unbounded",
			Defect: "bounds the agents' stuck calls, and not those of their tools",
			Caught: Catch{"stuck-tool", executor.BoundsStuck},
			New: part(fanout.Parts{Admit: func(g *fanout.Gate, now time.Time, c executor.Config) error {
				if g.Tool != "" {
					return nil
				}
				return fanout.Admit(g, now, c)
			}}),
		},
		{
			Name:   "shut-for-ever",
			Defect: "never tries an agent again that was stuck too often",
			Seen:   "https://github.com/nodeshift/opossum/issues/119",
			Caught: Catch{"recovery-by-trial", executor.BoundsStuck},
			New: part(fanout.Parts{Admit: func(g *fanout.Gate, now time.Time, c executor.Config) error {
				if g.Stuck(now) >= c.MaxStuck {
					return executor.ErrAgentStuck
				}
				return nil
			}}),
		},
		{
			Name:   "success-forgotten",
			Defect: "lets a trial call through, and takes no note of its success",
			Seen:   "https://github.com/auth0/disyuntor/pull/6",
			Caught: Catch{"recovery", executor.BoundsStuck},
			New:    part(fanout.Parts{Land: func(*fanout.Gate, error) {}}),
		},
		{
			Name:   "goroutine-per-retry",
			Defect: "asks a slow agent again beside the call that is still under way",
			Seen:   "https://github.com/Rican7/retry/issues/5",
			Caught: Catch{"hang-ignoring", executor.BoundsStuck},
			Related: lingers.with(misreports).with(Related{
				executor.LosesNothing:  "the second call is the one that is seen",
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
}
