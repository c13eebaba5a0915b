package executor

import (
	"context"
	"fmt"
)

// streamAgent makes the call of a slot's agent, and sends what it answers.
func (c *call) streamAgent(ctx context.Context, s *slot) (*AgentResponse, error) {
	streamer, ok := c.r.cfg.Runner.(Streamer)
	if !ok {
		return c.r.callAgent(ctx, s.agent, c.input)
	}
	pieces := streamer.StreamAgent(ctx, s.agent, c.input, c.r.cfg.History)
	if pieces == nil {
		return nil, ErrNilResponse
	}
	for delta, err := range pieces {
		if err != nil {
			return nil, err
		}
		if !c.send(ctx, s, delta) {
			return nil, fmt.Errorf("ended in mid-stream: %w", causeOf(ctx))
		}
	}
	return nil, nil
}

// send hands a piece to the consumer. It returns false once ctx is done: nobody may take
// the piece any more.
func (c *call) send(ctx context.Context, s *slot, delta string) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case c.stream.pieces <- piece{s, delta}:
		return true
	default:
	}
	select {
	case c.stream.pieces <- piece{s, delta}:
		return true
	case <-ctx.Done():
		return false
	}
}

// deliver yields pieces and ends until there are no more, or the consumer leaves.
func (c *call) deliver(yield func(Event, error) bool) {
	for told := 0; told < len(c.slots); {
		select {
		case p := <-c.stream.pieces:
			if !c.tell(p, yield) {
				return
			}
			continue
		default:
		}
		select {
		case p := <-c.stream.pieces:
			if !c.tell(p, yield) {
				return
			}
		case <-c.stream.woken:
			n, stays := c.tellEnds(yield)
			if !stays {
				return
			}
			told += n
		}
	}
}

// tell yields a piece, unless its agent was given up before.
func (c *call) tell(p piece, yield func(Event, error) bool) bool {
	return p.slot.told || yield(Event{AgentID: p.slot.agent.ID, Delta: p.delta}, nil)
}

// tellEnds yields the ends that were noted until now. All pieces of these agents were
// sent before, so they are yielded first.
func (c *call) tellEnds(yield func(Event, error) bool) (n int, stays bool) {
	c.stream.mu.Lock()
	ends := c.stream.ends
	c.stream.ends = nil
	c.stream.mu.Unlock()
	for range len(c.stream.pieces) {
		if !c.tell(<-c.stream.pieces, yield) {
			return 0, false
		}
	}
	for _, s := range ends {
		s.told = true
		if !yield(c.endOf(s)) {
			return 0, false
		}
	}
	return len(ends), true
}

// endOf is the event with which a slot's agent ends, and its error.
func (c *call) endOf(s *slot) (Event, error) {
	c.stream.turn.Lock()
	defer c.stream.turn.Unlock()
	if err, _ := c.failure(s); err != nil {
		return Event{AgentID: s.id(), End: true}, err
	}
	return Event{AgentID: s.id(), Response: s.response, End: true}, nil
}

// closeStream ends the agents that are left and waits for them, Grace at most.
func (c *call) closeStream() {
	if c.unsettled.Load() > 0 {
		c.stop()
		<-c.stream.settled
	}
	if !c.stream.stopSeal() {
		<-c.stream.sealed
	}
	c.stop()
	c.stream.turn.Lock()
	defer c.stream.turn.Unlock()
	if c.stream.timer != nil {
		c.stream.timer.Stop()
	}
	c.forget()
}
