package exhibits

import (
	"context"
	"iter"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// StreamSpecs lists the exhibits that stream, the most common pattern ("before") first.
// The reference, which streams too, is among Specs.
func StreamSpecs() []executor.Spec {
	return []executor.Spec{
		streamSpec("stream-unbuffered", "a goroutine per agent sends to an unbuffered channel, without a select", streamUnbuffered),
		streamSpec("stream-waiter", "the sends have a select; the channel is closed once all senders have returned", streamWaiter),
		streamSpec("stream-own-context", "the senders watch a context of their own, not that of the consumer", streamOwnContext),
		streamSpec("stream-callback", "a callback that cannot say that it wants no more", streamCallback),
		streamSpec("stream-forgotten-close", "each stream is pulled in turn, and none is closed early", streamForgottenClose),
	}
}

// streamed is how an exhibit streams.
type streamed func(x exhibit, ctx context.Context, input string, agents []*executor.Agent, yield func(executor.Event, error) bool)

// streamExhibit is an exhibit that streams.
type streamExhibit struct {
	exhibit
	how streamed
}

func (x streamExhibit) Stream(ctx context.Context, input string, agents []*executor.Agent) iter.Seq2[executor.Event, error] {
	return func(yield func(executor.Event, error) bool) { x.how(x.exhibit, ctx, input, agents, yield) }
}

func streamSpec(name, doc string, how streamed) executor.Spec {
	return executor.Spec{
		Name: name, Doc: doc, Lacks: []executor.Clause{executor.RespectsLimit, executor.Joins}, Positional: true,
		NewStream: func(c executor.Config) (executor.StreamExecutor, error) {
			x, err := newExhibit(c)
			return streamExhibit{x, how}, err
		},
	}
}

// item is what the exhibits send: an event and its error.
type item struct {
	event executor.Event
	err   error
}

// events are the pieces of an agent, and its end.
func (x exhibit) events(ctx context.Context, agent *executor.Agent, input string) iter.Seq[item] {
	return func(yield func(item) bool) {
		for delta, err := range x.pieces(ctx, agent, input) {
			if err != nil {
				yield(item{executor.Event{AgentID: agent.ID, End: true}, &executor.AgentError{AgentID: agent.ID, Err: err}})
				return
			}
			if !yield(item{executor.Event{AgentID: agent.ID, Delta: delta}, nil}) {
				return
			}
		}
		yield(item{executor.Event{AgentID: agent.ID, End: true}, nil})
	}
}

// pieces is the stream of an agent. An agent without one has its content as one piece.
func (x exhibit) pieces(ctx context.Context, agent *executor.Agent, input string) iter.Seq2[string, error] {
	if s, ok := x.runner.(executor.Streamer); ok {
		return s.StreamAgent(ctx, agent, input, x.history)
	}
	return func(yield func(string, error) bool) {
		if r, err := x.runner.ExecuteAgent(ctx, agent, input, x.history); err != nil {
			yield("", err)
		} else if r != nil {
			yield(r.Content, nil)
		}
	}
}

// fanIn starts a goroutine for each agent, which sends to one channel, and closes the
// channel once all of them have returned. The consumer takes from it.
func fanIn(agents []*executor.Agent, yield func(executor.Event, error) bool, send func(agent *executor.Agent, out chan<- item)) {
	out := make(chan item)
	var senders sync.WaitGroup
	for _, agent := range agents {
		senders.Go(func() { send(agent, out) })
	}
	go func() {
		senders.Wait()
		close(out)
	}()
	for it := range out {
		if !yield(it.event, it.err) {
			return
		}
	}
}

// streamUnbuffered is the fan-in of many tutorials. Nobody takes what is sent after the
// consumer has left: each sender waits for ever, and so does the goroutine that closes.
func streamUnbuffered(x exhibit, ctx context.Context, input string, agents []*executor.Agent, yield func(executor.Event, error) bool) {
	fanIn(agents, yield, func(agent *executor.Agent, out chan<- item) {
		ctx, cancel := context.WithTimeout(ctx, x.timeout)
		defer cancel()
		for it := range x.events(ctx, agent, input) {
			out <- it
		}
	})
}

// streamWaiter ends its senders. But one that never returns keeps the channel open, and
// the consumer waits for ever.
func streamWaiter(x exhibit, ctx context.Context, input string, agents []*executor.Agent, yield func(executor.Event, error) bool) {
	ctx, cancel := context.WithTimeout(ctx, x.timeout)
	defer cancel()
	fanIn(agents, yield, func(agent *executor.Agent, out chan<- item) { x.sendAll(ctx, agent, input, out) })
}

// streamOwnContext gives each sender a context that does not end with its consumer's, so
// that an answer is never cut. The senders work on for nobody.
func streamOwnContext(x exhibit, ctx context.Context, input string, agents []*executor.Agent, yield func(executor.Event, error) bool) {
	fanIn(agents, yield, func(agent *executor.Agent, out chan<- item) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), x.timeout)
		defer cancel()
		x.sendAll(ctx, agent, input, out)
	})
}

// sendAll sends the events of an agent until the context is done.
func (x exhibit) sendAll(ctx context.Context, agent *executor.Agent, input string, out chan<- item) {
	for it := range x.events(ctx, agent, input) {
		if !sendItem(ctx, out, it) {
			return
		}
	}
}

// sendItem sends unless the context is done.
func sendItem(ctx context.Context, out chan<- item, it item) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case out <- it:
		return true
	case <-ctx.Done():
		return false
	}
}

// streamCallback calls back for one event at a time. A callback without a result
// cannot say that its consumer has left: all agents run to their end.
func streamCallback(x exhibit, ctx context.Context, input string, agents []*executor.Agent, yield func(executor.Event, error) bool) {
	stays := true
	runAll(x, ctx, input, agents, func(it item) {
		if stays {
			stays = yield(it.event, it.err)
		}
	})
}

// runAll is the callback form: it calls back one event at a time.
func runAll(x exhibit, ctx context.Context, input string, agents []*executor.Agent, onEvent func(item)) {
	ctx, cancel := context.WithTimeout(ctx, x.timeout)
	defer cancel()
	turn := make(chan struct{}, 1)
	var all sync.WaitGroup
	for _, agent := range agents {
		all.Go(func() {
			for it := range x.events(ctx, agent, input) {
				turn <- struct{}{}
				onEvent(it)
				<-turn
			}
		})
	}
	all.Wait()
}

// streamForgottenClose pulls an event of each stream in turn. It closes a stream that has
// ended, and forgets the others when its consumer leaves.
func streamForgottenClose(x exhibit, ctx context.Context, input string, agents []*executor.Agent, yield func(executor.Event, error) bool) {
	ctx, cancel := context.WithTimeout(ctx, x.timeout)
	_ = cancel // it ends with its time
	type reader struct {
		next func() (item, bool)
		stop func()
	}
	var open []reader
	for _, agent := range agents {
		next, stop := iter.Pull(x.events(ctx, agent, input))
		open = append(open, reader{next, stop})
	}
	for len(open) > 0 {
		r := open[0]
		open = open[1:]
		it, ok := r.next()
		if !ok {
			r.stop()
			continue
		}
		open = append(open, r)
		if !yield(it.event, it.err) {
			return
		}
	}
}
