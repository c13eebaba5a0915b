package mutants

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// wrongResults are mutants with defects in the map of results.
var wrongResults = []Mutant{
	{
		Name:    "late-write",
		Defect:  "an agent that answers late writes into the map that was returned",
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
		Defect: "stores a response under the ID in the response, not under the agent's ID",
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
		Defect: "assigns the answers to the agents in the order in which they come",
		Seen:   "https://github.com/sourcegraph/sourcegraph-public-snapshot/pull/62193",
		Caught: Catch{"normal", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{Record: func(c *fanout.Call, i int, a fanout.Answer) {
			places := fanout.Call{Config: c.Config, Agents: c.Agents, Cancel: c.Cancel, Answers: make([]fanout.Answer, len(c.Answers))}
			fanout.Record(&places, i, a)
			c.Mu.Lock()
			defer c.Mu.Unlock()
			c.Failures = append(c.Failures, places.Failures...)
			next := slices.Index(c.Answers, fanout.Answer{})
			c.Answers[next] = places.Answers[i]
		}}),
	},
	{
		Name:   "clipped-at-first-error",
		Defect: "drops the results of all agents after the first that failed",
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
		Defect: "returns the context's error and no results after the caller cancelled",
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
		Defect:  "uses one map for all calls and clears it each time, to save the allocation",
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
		Defect: "accepts a nil response with a nil error as a result",
		Caught: Catch{"nil-response", executor.Survives},
		Related: Related{
			executor.LosesNothing:   "a nil response is in the map",
			executor.PartialSuccess: "a nil response counts as a success",
		},
		New: part(fanout.Parts{CallAgent: callUnchecked}),
	},
}
