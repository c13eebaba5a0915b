package mutants

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// filing are about which results are in the map, and where.
func filing() []Mutant {
	return []Mutant{
		{
			Name:    "late-write",
			Defect:  "an agent that answers late writes into the map that the caller has",
			Seen:    "https://github.com/golang/go/issues/65045",
			Caught:  Catch{"late-after-return", executor.LosesNothing},
			Related: dies.with(Related{executor.TouchesNoInput: "it is a data race"}),
			New: part(fanout.Parts{Late: func(c *fanout.Call, i int, a fanout.Answer) {
				if a.Err == nil {
					c.Out[c.Agents[i].ID] = a.Response
				}
			}}),
		},
		{
			Name:   "wrong-key",
			Defect: "files a response under the ID that it carries, which is the other side's to choose",
			Caught: Catch{"wrong-id", executor.LosesNothing},
			New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
				results, err := fanout.Conclude(c)
				for key, r := range results {
					delete(results, key)
					results[r.AgentID] = r
				}
				return results, err
			}}),
		},
		{
			Name:   "order-of-completion",
			Defect: "takes the answers in the order in which they come for those of the agents in theirs",
			Seen:   "https://github.com/sourcegraph/sourcegraph-public-snapshot/pull/62193",
			Caught: Catch{"normal", executor.LosesNothing}, Related: loses.with(misreports),
			New: part(fanout.Parts{Book: func(c *fanout.Call, i int, a fanout.Answer) {
				places := fanout.Call{Config: c.Config, Agents: c.Agents, Cancel: c.Cancel, Answers: make([]fanout.Answer, len(c.Answers))}
				fanout.Book(&places, i, a)
				c.Mu.Lock()
				defer c.Mu.Unlock()
				c.Failures = append(c.Failures, places.Failures...)
				next := slices.Index(c.Answers, fanout.Answer{})
				c.Answers[next] = places.Answers[i]
			}}),
		},
		{
			Name:   "clipped-at-first-error",
			Defect: "drops the results of all agents behind the first that failed",
			Seen:   "https://github.com/sourcegraph/conc/issues/156",
			Caught: Catch{"partial-success", executor.LosesNothing}, Related: loses,
			New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
				if failed := slices.IndexFunc(c.Answers, func(a fanout.Answer) bool { return a.Err != nil }); failed >= 0 {
					c.Answers = c.Answers[:failed]
				}
				return fanout.Conclude(c)
			}}),
		},
		{
			Name:   "partial-results-dropped",
			Defect: "returns an error and no results when any agent failed",
			Seen:   "https://github.com/openai/openai-agents-python/pull/2584",
			Caught: Catch{"partial-success", executor.PartialSuccess}, Related: loses,
			New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
				if len(c.Failures) > 0 {
					return nil, c.Joined()
				}
				return fanout.Conclude(c)
			}}),
		},
		{
			Name:   "dropped-on-cancel",
			Defect: "returns the context's error and no results when the caller has cancelled",
			Seen:   "https://github.com/anomalyco/opencode/issues/37315",
			Caught: Catch{"cancel-partial", executor.PartialSuccess}, Related: loses.with(misreports),
			New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
				if c.Ended != nil {
					return nil, c.Ended
				}
				return fanout.Conclude(c)
			}}),
		},
		{
			Name:    "reused-map",
			Defect:  "clears and fills one map for all calls, to save the allocation",
			Seen:    "https://github.com/golang/go/issues/16100",
			Caught:  Catch{"sequential-reuse", executor.LosesNothing},
			Related: dies.with(loses).with(Related{executor.TouchesNoInput: "it is a data race"}),
			New: parts(func(executor.Config) fanout.Parts {
				shared := map[string]*executor.AgentResponse{}
				return fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
					clear(shared)
					c.Out = shared
					return fanout.Conclude(c)
				}}
			}),
		},
		{
			Name:   "nil-is-a-result",
			Defect: "takes a nil response with a nil error for an answer",
			Caught: Catch{"nil-response", executor.Survives},
			Related: Related{
				executor.LosesNothing:   "a nil response is in the map",
				executor.PartialSuccess: "a nil response stands for success",
			},
			New: part(fanout.Parts{Ask: askUnchecked}),
		},
	}
}
