package mutants

import (
	"context"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// raceSymptoms are the clauses that a data race may break.
var raceSymptoms = dies.with(loses).with(misreports).with(Related{executor.TouchesNoInput: "it is a data race"})

// races are mutants with a data race. Without the race detector it may go unnoticed,
// so nothing is required there.
var races = []Mutant{
	{
		Name:   "unlocked-map",
		Defect: "the agents' goroutines write into one map without a lock",
		Seen:   "https://github.com/flyteorg/flyte/issues/4046",
		Raced:  "normal", Related: raceSymptoms,
		New: part(fanout.Parts{Record: func(c *fanout.Call, i int, a fanout.Answer) {
			fanout.Record(c, i, a)
			if a.Err == nil {
				c.Out[c.Agents[i].ID] = a.Response
			}
		}}),
	},
	{
		Name:   "racy-append",
		Defect: "the agents' goroutines append to one slice without a lock",
		Seen:   "https://github.com/ollama/ollama/pull/3320",
		Raced:  "all-fail", Related: raceSymptoms,
		New: part(fanout.Parts{Record: func(c *fanout.Call, i int, a fanout.Answer) {
			own := fanout.Call{Config: c.Config, Agents: c.Agents, Cancel: c.Cancel, Answers: c.Answers}
			fanout.Record(&own, i, a)
			c.Failures = append(c.Failures, own.Failures...)
		}}),
	},
	{
		Name:   "racy-first-error",
		Defect: "the agents' goroutines read and set one error variable without a lock",
		Seen:   "https://github.com/golang/go/issues/65045",
		Raced:  "all-fail", Related: raceSymptoms,
		New: part(fanout.Parts{Record: func(c *fanout.Call, i int, a fanout.Answer) {
			fanout.Record(c, i, a)
			if a.Err != nil && c.Ended == nil {
				c.Ended = a.Err
			}
		}}),
	},
	{
		Name:   "racy-counter",
		Defect: "counts its calls in a variable that is not atomic",
		Raced:  "concurrent", Related: raceSymptoms,
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			calls := 0
			return wrapped(c, func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
				calls++
				return ref.ExecuteParallel(ctx, input, agents)
			})
		},
	},
	{
		Name:   "racy-lazy-init",
		Defect: "initializes itself in the first call without a lock, so that two concurrent calls do it twice",
		Raced:  "concurrent", Related: raceSymptoms,
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			var built executor.ParallelExecutor
			return executorFunc(func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
				if built == nil {
					e, err := executor.New(c)
					if err != nil {
						return nil, err
					}
					built = e
				}
				return built.ExecuteParallel(ctx, input, agents)
			}), nil
		},
	},
}
