package adapt

import (
	"context"
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/executor"
)

// adapted is a fan-out as a ParallelExecutor.
type adapted struct {
	config executor.Config
	fan    func(context.Context, []Task) ([]*executor.AgentResponse, error)
}

// ExecuteParallel implements executor.ParallelExecutor.
func (x adapted) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	tasks := make([]Task, len(agents))
	for i, a := range agents {
		tasks[i] = x.task(a, input)
	}
	responses, err := x.fan(ctx, tasks)
	if len(responses) > len(agents) {
		return nil, fmt.Errorf("adapt: too many results (got %d, want %d, one for each task)", len(responses), len(agents))
	}
	results := make(map[string]*executor.AgentResponse, len(responses))
	for i, r := range responses {
		if r == nil {
			continue
		}
		if r.AgentID == "" { // a response of Map
			r.AgentID, r.AgentName = agents[i].ID, agents[i].Name
		}
		results[agents[i].ID] = r
	}
	return results, err
}

// task returns the call of one agent, with a timeout. Its error contains the agent's
// ID. A nil response is an error.
func (x adapted) task(agent *executor.Agent, input string) Task {
	return func(ctx context.Context) (*executor.AgentResponse, error) {
		ctx, cancel := context.WithTimeout(ctx, x.config.AgentTimeout)
		defer cancel()
		// Clipped, so that an agent that appends to its history gets a copy.
		r, err := x.config.Runner.ExecuteAgent(ctx, agent, input, slices.Clip(x.config.History))
		if err == nil && r == nil {
			err = executor.ErrNilResponse
		}
		if err != nil {
			return nil, &executor.AgentError{AgentID: agent.ID, Err: err}
		}
		return r, nil
	}
}
