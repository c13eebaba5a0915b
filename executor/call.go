package executor

import (
	"context"
	"sync/atomic"
	"time"
)

// call is one ExecuteParallel or Run under way. It passes through these stages,
// each in a file of its own:
//
//	prepare.go    make the slots and the context; refuse invalid agents
//	start.go      start a goroutine for each agent (limit.go: Limit at a time)
//	agent.go      on that goroutine: call the agent and its tools (tools.go)
//	wait.go       wait for all agents, then Grace for those still running
//	slot.go       give up on the agents that are still running
//	outcome.go    make the results of the slots
//
// The agents' goroutines and the caller's share the slots (slot.go).
type call struct {
	r      *Reference
	parent context.Context // the caller's
	input  string
	begun  time.Time
	slots  []slot // one for each agent, in input order

	// ctx is the agents' context. The caller's goroutine waits for its end
	// alone: the time is over, the caller cancelled, or the last agent returned.
	ctx  context.Context
	stop context.CancelFunc

	next      atomic.Int64 // the next slot that a goroutine claims
	unsettled atomic.Int64 // slots without a result that are not given up either
	failures  atomic.Int32 // failures so far, for slot.order
	// firstFailure is the failure that ended a call under FailFast.
	firstFailure atomic.Pointer[AgentError]
	waker        waker

	// limited is set in a call that has more agents than Limit; else nil.
	limited *limited
	// stream is set in a call of Stream; else nil.
	stream *stream

	// Only the caller's goroutine uses the following fields.

	// byID has an entry for each valid agent, nil until collect fills it in.
	byID map[string]*AgentResponse
	// lost has the error of each slot that was given up.
	lost map[*slot]*AgentError
	// ended is the context's error if the time was over, or the caller
	// cancelled, before all agents returned; else nil.
	ended error
	// cause is why the agents' context ended, for errors of agents that are given up.
	cause error
}

// run takes a call through its stages up to the seal. After that no agent's
// goroutine changes what the call returns.
func (r *Reference) run(parent context.Context, input string, agents []*Agent) *call {
	c := r.prepare(parent, input, agents)
	if len(agents) == 0 {
		return c
	}
	if c.limited != nil {
		c.limited.dispatch()
	} else {
		c.startAll()
		c.await()
	}
	c.noteEnd()
	c.awaitGrace()
	c.seal()
	return c
}
