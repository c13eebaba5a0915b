package mutants

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// badInputs are mutants with defects in the check of the agents, and mutants that
// change the caller's input.
var badInputs = []Mutant{
	{
		Name:   "nil-agent-dereferenced",
		Defect: "reads the ID of an agent that is nil",
		Caught: Catch{"nil-agent", executor.Survives}, Related: dies,
		New: part(fanout.Parts{Validate: func(agents []*executor.Agent, i int) error {
			if agents[i].ID == "" {
				return executor.ErrEmptyID
			}
			return fanout.Validate(agents, i)
		}}),
	},
	{
		Name:   "empty-id-accepted",
		Defect: "calls an agent without an ID, and stores its response under the empty key",
		Caught: Catch{"empty-id", executor.LosesNothing},
		New:    accepting(executor.ErrEmptyID),
	},
	{
		Name:    "duplicate-accepted",
		Defect:  "calls two agents with the same ID, and the second overwrites the result of the first",
		Caught:  Catch{"duplicate-id", executor.Survives},
		Related: loses,
		New:     accepting(executor.ErrDuplicateID),
	},
	{
		Name:   "invalid-refuses-all",
		Defect: "refuses the whole call because of one invalid agent",
		Caught: Catch{"duplicate-id", executor.Survives}, Related: loses,
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			return wrapped(c, func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
				for i := range agents {
					if err := fanout.Validate(agents, i); err != nil {
						return nil, fmt.Errorf("agents: %w", err)
					}
				}
				return ref.ExecuteParallel(ctx, input, agents)
			})
		},
	},
	{
		Name:   "compacts-agents",
		Defect: "removes nil agents from the caller's slice",
		Caught: Catch{"nil-agent", executor.TouchesNoInput},
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			return wrapped(c, func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
				agents = slices.DeleteFunc(agents, func(a *executor.Agent) bool { return a == nil })
				return ref.ExecuteParallel(ctx, input, agents)
			})
		},
	},
	{
		Name:   "appends-an-agent",
		Defect: "appends an agent of its own to the caller's slice, in memory that the caller may use",
		Caught: Catch{"normal", executor.TouchesNoInput},
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			return wrapped(c, func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
				all := append(agents, &executor.Agent{ID: "judge"})
				return ref.ExecuteParallel(ctx, input, all[:len(agents)])
			})
		},
	},
	{
		Name:   "shared-history",
		Defect: "passes one history slice with spare capacity to all agents",
		Seen:   "https://github.com/containers/ocicrypt/pull/93",
		Caught: Catch{"shared-history", executor.TouchesNoInput},
		New: parts(func(given executor.Config) fanout.Parts {
			return fanout.Parts{CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
				c.History = given.History
				return fanout.CallAgent(ctx, c, a, input)
			}}
		}),
	},
}

// accepting is the plain executor without one check of the agents.
func accepting(invalid error) func(executor.Config) (executor.ParallelExecutor, error) {
	return part(fanout.Parts{Validate: func(agents []*executor.Agent, i int) error {
		if err := fanout.Validate(agents, i); !errors.Is(err, invalid) {
			return err
		}
		return nil
	}})
}
