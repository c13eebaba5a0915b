package main

import (
	"context"
	"slices"

	"github.com/watertight-go/watertight/bench"
	"github.com/watertight-go/watertight/executor"
)

// peers are libraries that run things in parallel. Each is used as its
// documentation recommends for tasks with a context and a result. All do the
// common job: the agents of a call run at the same time, each under AgentTimeout,
// and the responses are returned by agent ID. They may do more or less besides.
// Pools are made once. They have no limit, because with a limit the agents of a
// call would wait for each other.
func peers() []bench.Subject {
	return []bench.Subject{
		{Name: "errgroup-bare", New: newErrGroup},
		{Name: "conc", New: newConc},
		{Name: "pond", New: newPond},
		{Name: "ants", New: newAnts},
		{Name: "failsafe-go", New: newFailsafe},
	}
}

// subjects are the executors of package bench and the peers.
func subjects() []bench.Subject { return slices.Concat(bench.Subjects(), peers()) }

// peer is what all peers share.
type peer struct{ cfg executor.Config }

func newPeer(c executor.Config) (peer, error) {
	c, err := c.WithDefaults()
	return peer{c}, err
}

// call makes one agent's call under its own timeout.
func (p peer) call(ctx context.Context, a *executor.Agent, input string) (*executor.AgentResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.AgentTimeout)
	defer cancel()
	return p.cfg.Runner.ExecuteAgent(ctx, a, input, p.cfg.History)
}

// byID is a map of the responses that are not nil. The slices have the same order.
func byID(agents []*executor.Agent, responses []*executor.AgentResponse) map[string]*executor.AgentResponse {
	out := make(map[string]*executor.AgentResponse, len(agents))
	for i, r := range responses {
		if r != nil {
			out[agents[i].ID] = r
		}
	}
	return out
}
