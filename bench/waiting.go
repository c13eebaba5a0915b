package bench

import (
	"context"
	"sync/atomic"

	"github.com/watertight-go/watertight/executor"
)

// waiting is n agents that say that they have started and then wait. honouring
// and ignoring are Runners for them.
type waiting struct {
	answers
	// missing is how many agents have not started yet in this call.
	missing atomic.Int64
	// allStarted receives a value when the last agent has started.
	allStarted chan struct{}
	// release ends the wait of agents that ignore their context.
	release chan struct{}
}

func newWaiting(n int) (*waiting, []*executor.Agent) {
	agents, answers := numbered(n)
	w := &waiting{allStarted: make(chan struct{}, 1), release: make(chan struct{}), answers: answers}
	return w, agents
}

// reset prepares the next call.
func (w *waiting) reset() { w.missing.Store(int64(len(w.answers))) }

func (w *waiting) started() {
	if w.missing.Add(-1) == 0 {
		w.allStarted <- struct{}{}
	}
}

// honouring agents wait for the end of their context and then answer.
type honouring struct{ *waiting }

func (r honouring) ExecuteAgent(ctx context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	r.started()
	<-ctx.Done()
	return r.of(a), nil
}

// ignoring agents wait for their release, whatever their context says.
type ignoring struct{ *waiting }

func (r ignoring) ExecuteAgent(_ context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	r.started()
	<-r.release
	return r.of(a), nil
}
