package fanout

import (
	"context"
	"iter"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// This file has what streams with a defect are made of. The stream beneath is that of the
// reference.

type (
	// Yield is the consumer of a stream.
	Yield = func(executor.Event, error) bool
	// Streamer makes the stream beneath.
	Streamer = func(ctx context.Context) iter.Seq2[executor.Event, error]
	// NewStream makes an executor of streams.
	NewStream = func(executor.Config) (executor.StreamExecutor, error)
)

// StreamOf makes an executor whose streams are delivered by deliver.
func StreamOf(deliver func(ctx context.Context, beneath Streamer, yield Yield)) NewStream {
	return func(c executor.Config) (executor.StreamExecutor, error) {
		x, err := executor.New(c)
		return delivered{x, deliver}, err
	}
}

type delivered struct {
	x       *executor.Reference
	deliver func(ctx context.Context, beneath Streamer, yield Yield)
}

func (d delivered) Stream(ctx context.Context, input string, agents []*executor.Agent) iter.Seq2[executor.Event, error] {
	return func(yield func(executor.Event, error) bool) {
		d.deliver(ctx, func(ctx context.Context) iter.Seq2[executor.Event, error] { return d.x.Stream(ctx, input, agents) }, yield)
	}
}

// Events makes an executor whose streams deliver each event by deliver, which has a State
// for each stream.
func Events(deliver func(s *State, ev executor.Event, err error, yield Yield) bool) NewStream {
	return StreamOf(func(ctx context.Context, beneath Streamer, yield Yield) {
		s := &State{held: map[string]executor.Event{}}
		beneath(ctx)(func(ev executor.Event, err error) bool { return deliver(s, ev, err, yield) })
	})
}

// State is what a stream remembers.
type State struct {
	// Last is for the ID of the agent of the last event.
	Last   string
	events int
	held   map[string]executor.Event
}

// Count counts, from 1.
func (s *State) Count() int {
	s.events++
	return s.events
}

// Hold keeps an event, the only one of its agent, and returns the one that was kept.
func (s *State) Hold(ev executor.Event) (executor.Event, bool) {
	held, has := s.held[ev.AgentID]
	s.held[ev.AgentID] = ev
	return held, has
}

// Take returns the event of the agent that was kept, and keeps it no longer.
func (s *State) Take(ev executor.Event) (executor.Event, bool) {
	held, has := s.held[ev.AgentID]
	delete(s.held, ev.AgentID)
	return held, has
}

// Configured makes the reference with another configuration.
func Configured(change func(*executor.Config)) NewStream {
	return func(c executor.Config) (executor.StreamExecutor, error) {
		change(&c)
		return executor.New(c)
	}
}

// Item is an event with its error.
type Item struct {
	Event executor.Event
	Err   error
}

// Pump delivers the stream beneath by a goroutine that sends to out, until done is closed.
func Pump(ctx context.Context, beneath Streamer, out chan Item, done <-chan struct{}, yield Yield) {
	var sender sync.WaitGroup
	sender.Go(func() {
		defer close(out)
		for ev, err := range beneath(ctx) {
			select {
			case out <- Item{ev, err}:
			case <-done:
				return
			}
		}
	})
	for it := range out {
		if !yield(it.Event, it.Err) {
			return
		}
	}
}
