package adapt

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// results are the responses of a call by the IDs of their agents.
type results = map[string]*executor.AgentResponse

// runCall runs the tasks of a call in the shape of a fan-out.
type runCall func(ctx context.Context, c call) (results, error)

// call is one call of an executor: its agents, and the task of each.
type call struct {
	agents []*executor.Agent
	tasks  []Task
}

// byIndex returns the results of a fan-out that returns them by index.
func (c call) byIndex(responses []*executor.AgentResponse, err error) (results, error) {
	if len(responses) > len(c.agents) {
		return nil, tooMany(len(responses), len(c.agents))
	}
	out := make(results, len(responses))
	for i, r := range responses {
		if r != nil {
			out[c.agents[i].ID] = r
		}
	}
	return out, err
}

func tooMany(got, want int) error {
	return fmt.Errorf("adapt: too many results (got %d, want %d, one for each task)", got, want)
}

// spec makes an executor of a fan-out.
func spec(run runCall) executor.Spec {
	return executor.Spec{
		Name: "candidate", Doc: "a fan-out of tasks",
		Lacks:      []executor.Clause{executor.RespectsLimit, executor.RunsTools, executor.Joins},
		Positional: true,
		Policy:     executor.FailFast,
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			c, err := c.WithDefaults()
			if err != nil {
				return nil, err
			}
			return adapted{config: c, run: run}, nil
		},
	}
}

// adapted is a fan-out as a ParallelExecutor.
type adapted struct {
	config executor.Config
	run    runCall
	// untimed says that the fan-out ends its tasks itself.
	untimed bool
}

// WithoutTimeouts returns the executor for a fan-out that ends its tasks itself: they
// get no time-out from this package.
func (x adapted) WithoutTimeouts() executor.ParallelExecutor {
	x.untimed = true
	return x
}

// ExecuteParallel implements executor.ParallelExecutor.
func (x adapted) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	c := call{agents: agents, tasks: make([]Task, len(agents))}
	for i, a := range agents {
		c.tasks[i] = x.task(ctx, a, input)
	}
	return x.run(ctx, c)
}

// task returns the call of one agent, with a time-out. Its error contains the agent's
// ID. A nil response is an error.
func (x adapted) task(caller context.Context, agent *executor.Agent, input string) Task {
	return func(ctx context.Context) (*executor.AgentResponse, error) {
		ctx, done := x.agentContext(caller, ctx)
		defer done()
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

// agentContext makes the context of an agent from the one that the fan-out passed to
// its task. done must be called when the agent has returned.
//
// If the fan-out passed the caller's context on, it has nothing to release, and the
// agent's context ends with the task. A context that the fan-out made itself is another
// matter: it holds a timer and memory until the fan-out cancels it. If done cancelled
// the agent's context, nobody would see a fan-out that forgets to. So there the agent's
// context lasts as long as the fan-out's own.
func (x adapted) agentContext(caller, ctx context.Context) (_ context.Context, done context.CancelFunc) {
	passedOn := ctx.Done() == nil || ctx.Done() == caller.Done()
	until, timed := ctx.Deadline()
	switch {
	case passedOn && x.untimed:
		return context.WithCancel(ctx)
	case passedOn:
		return context.WithTimeout(ctx, x.config.AgentTimeout)
	case x.untimed || timed && time.Until(until) <= x.config.AgentTimeout:
		return ctx, func() {}
	}
	ctx, cancel := context.WithTimeout(ctx, x.config.AgentTimeout)
	return ctx, func() { _ = cancel } // the end of the fan-out's own context cancels it
}
