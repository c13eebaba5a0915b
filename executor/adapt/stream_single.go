package adapt

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/watertight-go/watertight/executor"
)

// Single is for what streams the answer of one agent, such as a client of a model. s is
// made of it by another function of this package, whose open gets one Source:
//
//	adapt.Single(adapt.StreamCursor(func(ctx context.Context, one []adapt.Source) (*mypackage.Answer, error) {
//		return mypackage.Ask(ctx, one[0])
//	}, event))
//
// Each agent gets a stream of its own, and executor.Reference merges them: it sees to
// Limit, AgentTimeout, Grace, the policy, panics and the agents' ends. So what fails is
// the stream's: goroutines that are left, pieces that are lost, more than
// executor.StreamBuffer that it buffers. The IDs and ends that event returns are not
// looked at. The reference ends the stream's context before it closes the stream: that
// Close alone would be enough is not tested.
func Single(s executor.Spec) executor.Spec {
	one := s.NewStream
	s.Doc, s.Positional, s.Policy = "a stream for each agent, merged by the reference", false, ""
	s.Lacks = slices.DeleteFunc(slices.Clone(s.Lacks), func(c executor.Clause) bool { return c == executor.RespectsLimit })
	s.NewStream = func(c executor.Config) (executor.StreamExecutor, error) {
		x, err := one(c)
		if err != nil {
			return nil, err
		}
		c.Runner = single{c.Runner, x}
		return executor.New(c)
	}
	return s
}

// single is a Runner whose agents have a stream each.
type single struct {
	executor.Runner
	stream executor.StreamExecutor
}

// StreamAgent implements executor.Streamer.
func (r single) StreamAgent(ctx context.Context, agent *executor.Agent, input string, _ []executor.Message) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		whole := false
		for e, err := range r.stream.Stream(ctx, input, []*executor.Agent{agent}) {
			if err != nil {
				var of *executor.AgentError
				if errors.As(err, &of) {
					err = of.Err // the reference names the agent
				}
				yield("", err)
				return
			}
			if e.End {
				whole = true
			} else if !yield(e.Delta, nil) {
				return
			}
		}
		if !whole { // its context ended it
			yield("", ctx.Err())
		}
	}
}
