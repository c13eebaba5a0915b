package executor

import (
	"context"
	"errors"
	"slices"
)

// Reference is the executor that keeps the whole contract. It is safe for
// concurrent use. Between calls it keeps one thing: a circuit breaker for each
// agent that has calls which do not return. Make one Reference with New and share it.
type Reference struct {
	cfg      Config
	breakers breakers
}

// New returns a Reference. The error is that of Config.WithDefaults.
func New(cfg Config) (*Reference, error) {
	cfg, err := cfg.WithDefaults()
	if err != nil {
		return nil, err
	}
	// Clipped, so that a Runner's append copies instead of writing into memory
	// that the other agents share.
	cfg.History = slices.Clip(slices.Clone(cfg.History))
	r := &Reference{cfg: cfg}
	r.breakers.init(cfg)
	return r, nil
}

var errNilContext = errors.New("executor: nil context; use context.Background()")

// ExecuteParallel runs the agents and returns their responses by agent ID.
// The configured Policy decides what it returns when agents fail:
//
//   - BestEffort: the responses and a nil error if there is at least one
//     response, else a nil map and an *Error;
//   - FailFast: a nil map and an *Error if any agent failed;
//   - CollectErrors: the responses, and an *Error if any agent failed;
//   - FirstError: the responses, and an *Error with the first failure alone.
//
// Without agents it returns an empty map and a nil error.
func (r *Reference) ExecuteParallel(ctx context.Context, input string, agents []*Agent) (map[string]*AgentResponse, error) {
	if ctx == nil {
		return nil, errNilContext
	}
	c := r.run(ctx, input, agents)
	defer c.forget()
	responses, failed := c.responses()
	switch {
	case failed == 0:
		return responses, nil
	case r.cfg.Policy == FailFast:
		return nil, c.joined()
	case r.cfg.Policy == CollectErrors:
		return responses, c.joined()
	case r.cfg.Policy == FirstError:
		return responses, c.joined().first()
	case len(responses) > 0:
		return responses, nil
	default:
		return nil, c.joined()
	}
}

// Run runs the agents and returns the response or the error of each, in the
// order of agents. It does so under every Policy; FailFast still cancels the
// other agents after the first failure.
func (r *Reference) Run(ctx context.Context, input string, agents []*Agent) Outcome {
	if ctx == nil {
		return Outcome{Err: errNilContext}
	}
	c := r.run(ctx, input, agents)
	defer c.forget()
	return c.outcome()
}

// Stats returns the calls that did not return in time and the circuit breakers.
func (r *Reference) Stats() Stats { return r.breakers.stats() }
