package adapt

import (
	"context"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/watertight-go/watertight/executor"
)

// Source is the stream of one agent. A fan-out of streams gets one for each agent and
// merges what they yield.
type Source struct {
	// ID is the agent's.
	ID string
	// Stream makes the agent's call. To range over the sequence is to make it: it yields
	// the pieces of the answer in their order. An error ends it, an *executor.AgentError
	// with the agent's ID. A Runner that is no executor.Streamer has one piece.
	Stream func(ctx context.Context) iter.Seq2[string, error]
}

// streamSpec makes an executor of a fan-out of streams.
func streamSpec(build func(calls adapted) executor.StreamExecutor) executor.Spec {
	return executor.Spec{
		Name: "candidate", Doc: "a fan-out of streams",
		Lacks:      []executor.Clause{executor.RespectsLimit, executor.RunsTools, executor.Joins},
		Positional: true,
		Policy:     executor.FailFast,
		NewStream: func(c executor.Config) (executor.StreamExecutor, error) {
			c, err := c.WithDefaults()
			if err != nil {
				return nil, err
			}
			return build(adapted{config: c}), nil
		},
	}
}

// streaming is one call of a fan-out of streams.
type streaming struct {
	calls  adapted
	agents []*executor.Agent
	input  string
	// taken says of each agent that all of its answer was taken.
	taken []atomic.Bool
}

func (x adapted) streaming(input string, agents []*executor.Agent) *streaming {
	return &streaming{calls: x, agents: agents, input: input, taken: make([]atomic.Bool, len(agents))}
}

// sources are the streams of the call's agents. caller is the context that the fan-out
// is given.
func (s *streaming) sources(caller context.Context) []Source {
	all := make([]Source, len(s.agents))
	for i, a := range s.agents {
		all[i] = Source{ID: a.ID, Stream: func(ctx context.Context) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) { s.call(caller, ctx, i, yield) }
		}}
	}
	return all
}

// call makes the call of agent i, with a time-out.
func (s *streaming) call(caller, ctx context.Context, i int, yield func(string, error) bool) {
	ctx, done := s.calls.agentContext(caller, ctx)
	defer done()
	agent := s.agents[i]
	for piece, err := range s.calls.answer(ctx, agent, s.input) {
		if err != nil {
			yield("", &executor.AgentError{AgentID: agent.ID, Err: err})
			return
		}
		if !yield(piece, nil) {
			return
		}
	}
	s.taken[i].Store(true)
}

// answer is the answer of an agent, piece by piece where the Runner can.
func (x adapted) answer(ctx context.Context, agent *executor.Agent, input string) iter.Seq2[string, error] {
	// Clipped, so that an agent that appends to its history gets a copy.
	history := slices.Clip(x.config.History)
	if r, ok := x.config.Runner.(executor.Streamer); ok {
		if pieces := r.StreamAgent(ctx, agent, input, history); pieces != nil {
			return pieces
		}
		return func(yield func(string, error) bool) { yield("", executor.ErrNilResponse) }
	}
	return func(yield func(string, error) bool) {
		r, err := x.config.Runner.ExecuteAgent(ctx, agent, input, history)
		switch {
		case err != nil:
			yield("", err)
		case r == nil:
			yield("", executor.ErrNilResponse)
		default:
			yield(r.Content, nil)
		}
	}
}
