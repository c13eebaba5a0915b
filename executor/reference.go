package executor

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
)

// Reference is the executor that keeps the whole contract. It is safe for use
// by many goroutines at once, and holds state between calls: what it knows of
// agents with calls that do not return. Make one with New and share it.
type Reference struct {
	cfg   Config
	stuck stuckTable
	// seed is that of the tables of IDs.
	seed   maphash.Seed
	filing filing
}

// New builds a Reference, or says what is wrong with the configuration.
func New(cfg Config) (*Reference, error) {
	cfg, err := cfg.WithDefaults()
	if err != nil {
		return nil, err
	}
	// Clipped, so that a Runner's append copies instead of writing into memory
	// that the other agents share.
	cfg.History = slices.Clip(slices.Clone(cfg.History))
	r := &Reference{cfg: cfg, seed: maphash.MakeSeed(), filing: filesLarge}
	r.stuck.init(cfg)
	return r, nil
}

var errNilContext = errors.New("executor: ctx: got nil, want a context; context.Background() never ends")

// ExecuteParallel runs the agents and returns their responses by agent ID.
// What it returns about failures is the configured Policy's:
//
//   - BestEffort: the responses and a nil error where there is at least one
//     response, else a nil map and an *Error;
//   - FailFast: a nil map and an *Error where any agent failed;
//   - CollectErrors: the responses, and an *Error where any agent failed.
//
// Without agents it returns an empty map and a nil error.
func (r *Reference) ExecuteParallel(ctx context.Context, input string, agents []*Agent) (map[string]*AgentResponse, error) {
	if ctx == nil {
		return nil, errNilContext
	}
	c := r.call(ctx, input, agents, make(map[string]*AgentResponse, len(agents)))
	defer c.forget()
	responses := c.responses()
	switch {
	case c.failed == 0:
		return responses, nil
	case r.cfg.Policy == FailFast:
		return nil, c.joined()
	case r.cfg.Policy == CollectErrors:
		return responses, c.joined()
	case len(responses) > 0:
		return responses, nil
	default:
		return nil, c.joined()
	}
}

// Run runs the agents and returns what became of each, in the order of agents
// and whatever the policy; of the policies only FailFast's cancellation of the
// other agents applies.
func (r *Reference) Run(ctx context.Context, input string, agents []*Agent) Outcome {
	if ctx == nil {
		return Outcome{Err: errNilContext}
	}
	c := r.call(ctx, input, agents, nil)
	defer c.forget()
	return c.outcome()
}

// Stats is the executor's knowledge of calls that did not return in time.
func (r *Reference) Stats() Stats { return r.stuck.stats() }

// call makes the agents' calls and comes back when the last has ended or the
// time is over; after that no agent's goroutine touches what c gives out. Where
// results is not nil, responses are filed in it.
func (r *Reference) call(ctx context.Context, input string, agents []*Agent, results map[string]*AgentResponse) *call {
	c := newCall(r, input, agents)
	c.results = results
	if len(agents) == 0 {
		return c
	}
	if limit := r.cfg.Limit; limit > 0 && limit < len(agents) {
		c.runLimited(ctx)
	} else {
		c.runAll(ctx)
	}
	c.seal()
	return c
}
