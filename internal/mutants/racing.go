package mutants

import (
	"context"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// byLuck are the symptoms that a data race may have or not have.
var byLuck = dies.with(loses).with(misreports).with(Related{executor.TouchesNoInput: "it is a data race"})

// racing are data races. Whether anybody sees them without the race detector
// is a matter of luck, so nothing is asked there.
func racing() []Mutant {
	return []Mutant{
		{
			Name:   "unlocked-map",
			Defect: "the agents' goroutines write into one map without a lock",
			Seen:   "https://github.com/flyteorg/flyte/issues/4046",
			Raced:  "normal", Related: byLuck,
			New: part(fanout.Parts{Book: func(c *fanout.Call, i int, a fanout.Answer) {
				fanout.Book(c, i, a)
				if a.Err == nil {
					c.Out[c.Agents[i].ID] = a.Response
				}
			}}),
		},
		{
			Name:   "racy-append",
			Defect: "the agents' goroutines append to one slice without a lock",
			Seen:   "https://github.com/ollama/ollama/pull/3320",
			Raced:  "all-fail", Related: byLuck,
			New: part(fanout.Parts{Book: func(c *fanout.Call, i int, a fanout.Answer) {
				own := fanout.Call{Config: c.Config, Agents: c.Agents, Cancel: c.Cancel, Answers: c.Answers}
				fanout.Book(&own, i, a)
				c.Failures = append(c.Failures, own.Failures...)
			}}),
		},
		{
			Name:   "racy-first-error",
			Defect: "the agents' goroutines look at one error variable and set it, without a lock",
			Seen:   "https://github.com/golang/go/issues/65045",
			Raced:  "all-fail", Related: byLuck,
			New: part(fanout.Parts{Book: func(c *fanout.Call, i int, a fanout.Answer) {
				fanout.Book(c, i, a)
				if a.Err != nil && c.Ended == nil {
					c.Ended = a.Err
				}
			}}),
		},
		{
			Name:   "racy-counter",
			Defect: "counts its calls in a field, without an atomic",
			Raced:  "concurrent", Related: byLuck,
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
			Defect: "builds what it is made of at the first call, and two first calls at once build it twice",
			Raced:  "concurrent", Related: byLuck,
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
}
