package observe

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// copyResults is the map as text, in the order of its keys.
func copyResults(m map[string]*executor.AgentResponse) (results []scenarios.Result) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		results = append(results, copyResult(key, m[key]))
	}
	return results
}

func copyResult(key string, response *executor.AgentResponse) scenarios.Result {
	if response == nil {
		return scenarios.Result{Key: key, Nil: true}
	}
	r := scenarios.Result{Key: key, AgentID: response.AgentID, Content: scenarios.Excerpt(response.Content)}
	for _, t := range response.ToolResults {
		result := scenarios.ToolResult{CallID: t.CallID, Name: t.Name, Content: t.Content}
		if t.Err != nil {
			result.Error = t.Err.Error()
		}
		r.Tools = append(r.Tools, result)
	}
	return r
}

// knownErrors are what errors.Is is asked for, beside the agents' own errors.
var knownErrors = []struct {
	name string
	err  error
}{
	{"context.Canceled", context.Canceled},
	{"context.DeadlineExceeded", context.DeadlineExceeded},
	{"executor.ErrAbandoned", executor.ErrAbandoned},
	{"executor.ErrAgentStuck", executor.ErrAgentStuck},
	{"executor.ErrTooManyInFlight", executor.ErrTooManyInFlight},
	{"executor.ErrNotStarted", executor.ErrNotStarted},
}

// foundIn names what errors.Is finds in err.
func foundIn(err error, agents []*executor.Agent, input string) (is []string) {
	for _, known := range knownErrors {
		if errors.Is(err, known.err) {
			is = append(is, known.name)
		}
	}
	for _, a := range agents {
		if a != nil && errors.Is(err, mocks.AgentFault{AgentID: a.ID, Request: input}) {
			is = append(is, "agent "+a.ID)
		}
	}
	return is
}

// reread compares everything that the executor returned or received with a copy
// from before, once all that could still write to it has ended.
func (c *cell) reread() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, r := range c.requests {
		if i < len(c.obs.Calls) && c.obs.Calls[i].Returned {
			c.obs.Calls[i].Changed = c.obs.Calls[i].ResultChanges(copyResults(r.kept))
		}
	}
	c.obs.InputTouched = c.inputs.touched()
}
