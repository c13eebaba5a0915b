package executor

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"
)

// Streamer is a Runner whose agents can answer piece by piece.
type Streamer interface {
	Runner
	// StreamAgent makes the call of one agent. To range over the sequence is to make
	// the call: it yields the pieces of the answer in their order. An error ends it. It
	// should return soon after ctx is done or yield has returned false.
	StreamAgent(ctx context.Context, agent *Agent, input string, history []Message) iter.Seq2[string, error]
}

// StreamExecutor is an executor that merges the answers of several agents while they
// arrive.
type StreamExecutor interface {
	Stream(ctx context.Context, input string, agents []*Agent) iter.Seq2[Event, error]
}

// Event is a step of a stream: a piece of an agent's answer, or its end. Each agent has
// one end. An error beside an event is why the agent failed: an *AgentError, whose event
// is the agent's end.
type Event struct {
	// AgentID is as in Agent.ID; empty for a nil agent or an empty ID.
	AgentID string
	// Delta is a piece of the answer. It is empty at the end.
	Delta string
	// Response is the answer of an agent whose Runner is no Streamer. It comes with the
	// end.
	Response *AgentResponse
	// End: nothing more comes from this agent.
	End bool
}

// StreamBuffer is how many pieces of one call of Stream wait at most for a consumer that
// is slow, besides one in the hands of each agent.
const StreamBuffer = 64

// Stream runs the agents and yields what they answer while it arrives: the pieces of
// each agent in their order, and then its end. Agents whose Runner is no Streamer have
// their end alone, with the response.
//
// A consumer that breaks out of its loop, panics in it or leaves it in another way ends
// all agents: the loop is left when they have returned, Grace later at the latest. A slow
// consumer slows its agents down; their time, AgentTimeout, goes on meanwhile. Once ctx
// is done or that time is over, no agent waits for the consumer any more. With
// iter.Pull, call stop.
//
// Each range over the sequence makes the calls anew. Under FailFast the first failure
// cancels the other agents, whose ends follow with their errors. The other policies make
// no difference.
func (r *Reference) Stream(ctx context.Context, input string, agents []*Agent) iter.Seq2[Event, error] {
	agents = slices.Clone(agents)
	return func(yield func(Event, error) bool) {
		if ctx == nil {
			yield(Event{}, errNilContext)
			return
		}
		c := r.prepare(ctx, input, agents)
		if len(agents) == 0 {
			return
		}
		c.openStream()
		defer c.closeStream()
		c.startStream()
		c.deliver(yield)
	}
}

// stream is what a call of Stream has besides. The agents' goroutines send pieces, and
// the consumer's takes them. The ends of agents are noted beside, so that no goroutine
// waits for a consumer that has stopped reading.
type stream struct {
	pieces chan piece
	// woken receives after each end.
	woken chan struct{}
	// settled is closed when no agent is left.
	settled chan struct{}

	// mu guards ends, the slots that have ended and whose end was not delivered.
	mu   sync.Mutex
	ends []*slot

	// turn guards the call's fields that its own goroutine guards in other calls: an
	// agent's goroutine, a timer or the end of the context starts agents and gives up on
	// them, whatever the consumer does.
	turn  sync.Mutex
	timer *time.Timer
	// sealed is closed when the agents were given up that outlived the context by Grace.
	sealed chan struct{}
	// stopSeal keeps that from beginning, and returns false where it has begun.
	stopSeal func() bool
}

// piece is a part of the answer of a slot's agent.
type piece struct {
	slot  *slot
	delta string
}

func (c *call) openStream() {
	s := &stream{pieces: make(chan piece, StreamBuffer), woken: make(chan struct{}, 1), settled: make(chan struct{}), sealed: make(chan struct{})}
	c.stream = s
	for i := range c.slots {
		if c.slots[i].state.Load() != slotOpen {
			c.addEnd(&c.slots[i])
		}
	}
	if len(s.ends) > 0 {
		s.wake(c.unsettled.Load())
	}
	s.stopSeal = context.AfterFunc(c.ctx, c.sealStream)
}

// startStream starts the agents, of a limited call the first ones.
func (c *call) startStream() {
	if c.limited == nil {
		c.startAll()
		return
	}
	c.dispatchStream()
}

// dispatchStream starts agents of a limited call in places that are free, and gives up on
// those whose time is over.
func (c *call) dispatchStream() {
	if c.stream == nil || c.limited == nil {
		return
	}
	c.stream.turn.Lock()
	defer c.stream.turn.Unlock()
	for c.ctx.Err() == nil {
		c.limited.startWaiting()
		left, running := c.limited.evict()
		if c.limited.next < len(c.slots) && c.limited.placeFree() {
			continue
		}
		if running {
			c.wakeIn(left)
		}
		return
	}
}

// wakeIn dispatches again later.
func (c *call) wakeIn(d time.Duration) {
	if c.stream.timer == nil {
		c.stream.timer = time.AfterFunc(d, c.dispatchStream)
		return
	}
	c.stream.timer.Reset(d)
}

// addEnd notes the end of a slot's agent, for the consumer.
func (c *call) addEnd(s *slot) {
	if c.stream == nil {
		return
	}
	c.stream.mu.Lock()
	c.stream.ends = append(c.stream.ends, s)
	c.stream.mu.Unlock()
}

// wake tells the consumer that an agent has ended. None is left after the last.
func (s *stream) wake(left int64) {
	if left == 0 {
		close(s.settled)
	}
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// sealStream gives up on the agents that outlive the end of their context by Grace.
func (c *call) sealStream() {
	defer close(c.stream.sealed)
	timer := time.NewTimer(c.r.cfg.Grace)
	defer timer.Stop()
	c.stream.turn.Lock()
	c.cause = c.contextCause()
	if c.limited != nil {
		c.skip(c.limited.next)
		c.limited.next = len(c.slots)
	}
	c.stream.turn.Unlock()
	select {
	case <-c.stream.settled:
		return
	case <-timer.C:
	}
	c.stream.turn.Lock()
	defer c.stream.turn.Unlock()
	for i := range c.slots {
		if c.slots[i].state.Load() == slotOpen && c.abandon(i) {
			c.countDown()
		}
	}
}
