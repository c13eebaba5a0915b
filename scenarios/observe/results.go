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
func copyResults(m map[string]*executor.AgentResponse) []scenarios.Result {
	var results []scenarios.Result
	for _, key := range slices.Sorted(maps.Keys(m)) {
		r := scenarios.Result{Key: key, Nil: m[key] == nil}
		if m[key] != nil {
			r.AgentID, r.Content = m[key].AgentID, m[key].Content
			for _, t := range m[key].ToolResults {
				result := scenarios.ToolResult{CallID: t.CallID, Name: t.Name, Content: t.Content}
				if t.Err != nil {
					result.Error = t.Err.Error()
				}
				r.Tools = append(r.Tools, result)
			}
		}
		results = append(results, r)
	}
	return results
}

// foundIn names what errors.Is finds in err.
func foundIn(err error, agents []*executor.Agent, input string) []string {
	var is []string
	for _, f := range []struct {
		name string
		err  error
	}{
		{"context.Canceled", context.Canceled},
		{"context.DeadlineExceeded", context.DeadlineExceeded},
		{"executor.ErrAbandoned", executor.ErrAbandoned},
		{"executor.ErrAgentStuck", executor.ErrAgentStuck},
		{"executor.ErrTooManyInFlight", executor.ErrTooManyInFlight},
		{"executor.ErrNotStarted", executor.ErrNotStarted},
	} {
		if errors.Is(err, f.err) {
			is = append(is, f.name)
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
