package mutants

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// streaming are streams with a defect. The stream beneath is that of the reference.
var streaming = []Mutant{
	{
		Name: "stream-drops-piece", Defect: "loses each seventh event of a stream but the ends",
		Caught: Catch{"stream-crowd", executor.DeliversInOrder}, NewStream: fanout.Events(func(s *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			return !ev.End && s.Count()%7 == 0 || yield(ev, err)
		}),
	},
	{
		Name: "stream-drops-last-piece", Defect: "holds a piece of each agent back, and loses the last at its end",
		Caught: Catch{"stream-normal", executor.DeliversInOrder}, NewStream: fanout.Events(func(s *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			held, has := s.Hold(ev)
			return ev.End && yield(ev, err) || !ev.End && (!has || yield(held, nil))
		}),
	},
	{
		Name: "stream-doubles-piece", Defect: "delivers some pieces twice, as a retry does that starts anew",
		Caught: Catch{"stream-crowd", executor.DeliversInOrder}, NewStream: fanout.Events(func(s *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			return yield(ev, err) && (ev.End || s.Count()%11 != 0 || yield(ev, err))
		}),
	},
	{
		Name: "stream-swaps-pieces", Defect: "delivers the pieces of an agent in pairs, the second first",
		Caught: Catch{"stream-normal", executor.DeliversInOrder}, NewStream: fanout.Events(func(s *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			held, has := s.Take(ev)
			switch {
			case ev.End:
				return (!has || yield(held, nil)) && yield(ev, err)
			case has:
				return yield(ev, nil) && yield(held, nil)
			}
			s.Hold(ev)
			return true
		}),
	},
	{
		Name: "stream-end-first", Defect: "delivers the end of an agent that has failed before its last piece",
		Caught: Catch{"stream-error", executor.DeliversInOrder}, NewStream: fanout.Events(func(s *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			held, has := s.Take(ev)
			switch {
			case ev.End && err != nil:
				return yield(ev, err) && (!has || yield(held, nil))
			case ev.End:
				return (!has || yield(held, nil)) && yield(ev, nil)
			}
			s.Hold(ev)
			return !has || yield(held, nil)
		}),
	},
	{
		Name: "stream-two-ends", Defect: "ends an agent that has failed twice: with its error, and with the last of its stream",
		Caught: Catch{"stream-error", executor.DeliversInOrder}, NewStream: fanout.Events(func(_ *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			return yield(ev, err) && (err == nil || yield(ev, err))
		}),
	},
	{
		Name: "stream-no-end", Defect: "has no end for agents whose time is over",
		Caught: Catch{"stream-timeout", executor.DeliversInOrder}, Related: Related{executor.PartialSuccess: "nothing says that the agent failed", executor.Survives: "nothing says that the agent failed"},
		NewStream: fanout.Events(func(_ *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			return errors.Is(err, context.DeadlineExceeded) || yield(ev, err)
		}),
	},
	{
		Name: "stream-swallows-error", Defect: "ends an agent that has failed without its error",
		Caught: Catch{"stream-error", executor.PartialSuccess}, Related: Related{executor.Survives: "nothing says that the agent failed"},
		NewStream: fanout.Events(func(_ *fanout.State, ev executor.Event, _ error, yield fanout.Yield) bool { return yield(ev, nil) }),
	},
	{
		Name: "stream-stops-at-error", Defect: "ends the whole stream with the first failure of an agent",
		Caught: Catch{"stream-error", executor.PartialSuccess}, Related: Related{executor.Survives: "the others lose their answers", executor.DeliversInOrder: "the ends of the others are missing"},
		NewStream: fanout.Events(func(_ *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			return yield(ev, err) && err == nil
		}),
	},
	{
		Name: "stream-wrong-agent", Defect: "delivers a piece of an agent under the ID of the one before",
		Caught: Catch{"stream-crowd", executor.DeliversInOrder}, NewStream: fanout.Events(func(s *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			last := s.Last
			if s.Last = ev.AgentID; !ev.End && last != "" && s.Count()%5 == 0 {
				ev.AgentID = last
			}
			return yield(ev, err)
		}),
	},
	{
		Name: "stream-after-break", Defect: "yields once more after its consumer has left",
		Caught: Catch{"stream-break", executor.DeliversInOrder}, NewStream: fanout.Events(func(_ *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			stays := yield(ev, err)
			if !stays {
				yield(ev, err)
			}
			return stays
		}),
	},
	{
		Name: "stream-late-break", Defect: "gives agents a second more when its consumer has left", Related: lingersLate,
		Caught: Catch{"stream-break", executor.ReturnsInTime}, NewStream: fanout.Events(func(_ *fanout.State, ev executor.Event, err error, yield fanout.Yield) bool {
			stays := yield(ev, err)
			if !stays {
				time.Sleep(time.Second)
			}
			return stays
		}),
	},
	{
		Name: "stream-swallows-panic", Defect: "recovers the panic of its consumer's loop body",
		Caught: Catch{"stream-panic-in-loop", executor.Survives}, NewStream: fanout.StreamOf(func(ctx context.Context, beneath fanout.Streamer, yield fanout.Yield) {
			defer func() { _ = recover() }()
			beneath(ctx)(yield)
		}),
	},
	{
		Name: "stream-forgotten-stop", Defect: "pulls from a stream beneath, and stops it only at its end", Related: leftOpen,
		Caught: Catch{"stream-break", executor.EndsWithConsumer}, NewStream: fanout.StreamOf(func(ctx context.Context, beneath fanout.Streamer, yield fanout.Yield) {
			next, _ := iter.Pull2(beneath(ctx))
			for ev, err, ok := next(); ok && yield(ev, err); ev, err, ok = next() {
			}
		}),
	},
	{
		Name: "stream-blocked-pump", Defect: "a goroutine between agents and consumer sends without a select", Related: leftOpen,
		Caught: Catch{"stream-break-hanging", executor.EndsWithConsumer}, NewStream: fanout.StreamOf(func(ctx context.Context, beneath fanout.Streamer, yield fanout.Yield) {
			fanout.Pump(ctx, beneath, make(chan fanout.Item), nil, yield)
		}),
	},
	{
		Name: "stream-pump-watches-context", Defect: "a goroutine between agents and consumer ends with the context, and not with the consumer", Related: leftOpen,
		Caught: Catch{"stream-break", executor.EndsWithConsumer}, NewStream: fanout.StreamOf(func(ctx context.Context, beneath fanout.Streamer, yield fanout.Yield) {
			fanout.Pump(ctx, beneath, make(chan fanout.Item), ctx.Done(), yield)
		}),
	},
	{
		Name: "stream-large-buffer", Defect: "a channel between agents and consumer holds 100,000 events",
		Caught: Catch{"stream-stalled", executor.BoundsBuffer}, Related: leftOpen, NewStream: fanout.StreamOf(func(ctx context.Context, beneath fanout.Streamer, yield fanout.Yield) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			fanout.Pump(ctx, beneath, make(chan fanout.Item, 100_000), ctx.Done(), yield)
		}),
	},
	{
		Name: "stream-waits-for-reader", Defect: "keeps a goroutine until its consumer takes the next event, also when the context is done",
		Caught: Catch{"stream-stalled", executor.EndsWithConsumer}, NewStream: fanout.StreamOf(func(ctx context.Context, beneath fanout.Streamer, yield fanout.Yield) {
			left := make(chan struct{})
			var watcher sync.WaitGroup
			defer watcher.Wait()
			defer close(left)
			watcher.Go(func() { <-left })
			beneath(ctx)(yield)
		}),
	},
	{
		Name: "stream-own-life", Defect: "agents get a context that does not end with their consumer", Related: leftOpen.with(Related{
			executor.PassesContext: "the deadline and the end of the caller's context are cut off", executor.ReturnsInTime: "agents are waited for that were not cancelled",
			executor.PartialSuccess: "agents run for longer than their time", executor.DeliversInOrder: "agents are given up in mid-stream", executor.Survives: "agents are given up in mid-stream"}),
		Caught: Catch{"stream-break", executor.EndsWithConsumer}, NewStream: fanout.Configured(func(c *executor.Config) { c.Runner = immortal{c.Runner} }),
	},
	{
		Name: "stream-ticker", Defect: "a goroutine that measures the stream stays after its end",
		Caught: Catch{"stream-normal", executor.LeavesNothing}, Related: leftOpen, NewStream: fanout.StreamOf(func(ctx context.Context, beneath fanout.Streamer, yield fanout.Yield) {
			go func() { <-context.WithoutCancel(ctx).Done() }()
			beneath(ctx)(yield)
		}),
	},
	{
		Name: "stream-no-limit", Defect: "starts all agents at once", Caught: Catch{"stream-limit", executor.RespectsLimit},
		NewStream: fanout.Configured(func(c *executor.Config) { c.Limit = 0 }),
	},
	{
		Name: "stream-leak-sometimes", Defect: "each second request leaves its stream open when its consumer breaks off", Related: leftOpen,
		Caught: Catch{"stream-sequential", executor.EndsWithConsumer}, NewStream: func(c executor.Config) (executor.StreamExecutor, error) {
			var calls atomic.Int64
			return fanout.StreamOf(func(ctx context.Context, beneath fanout.Streamer, yield fanout.Yield) {
				if calls.Add(1)%2 == 0 {
					fanout.Pump(ctx, beneath, make(chan fanout.Item), nil, yield)
					return
				}
				beneath(ctx)(yield)
			})(c)
		},
	},
	{
		Name: "stream-half-again", Defect: "a second range over the sequence goes on with what is left of the first",
		Caught: Catch{"stream-again", executor.DeliversInOrder}, NewStream: func(c executor.Config) (executor.StreamExecutor, error) {
			x, err := executor.New(c)
			return half{x}, err
		},
	},
}

// leftOpen are the clauses that a stream breaks which stays open.
var leftOpen = lingers.with(Related{executor.EndsWithConsumer: "the stream stays open", executor.Survives: "the stream stays open"})

// lingersLate are the clauses that a stream breaks which ends late.
var lingersLate = lingers.with(Related{executor.EndsWithConsumer: "the stream ends late", executor.RespectsLimit: "waiting agents are started meanwhile"})

// immortal gives agents a context that nothing ends.
type immortal struct{ executor.Runner }

func (r immortal) StreamAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) iter.Seq2[string, error] {
	return r.Runner.(executor.Streamer).StreamAgent(context.WithoutCancel(ctx), agent, input, history)
}

// half is a stream whose sequence can be ranged over once. A second range has its second
// half.
type half struct{ x *executor.Reference }

func (h half) Stream(ctx context.Context, input string, agents []*executor.Agent) iter.Seq2[executor.Event, error] {
	var seen []fanout.Item
	return func(yield func(executor.Event, error) bool) {
		for _, it := range slices.Clone(seen[len(seen)/2:]) {
			if !yield(it.Event, it.Err) {
				return
			}
		}
		if seen != nil {
			return
		}
		h.x.Stream(ctx, input, agents)(func(ev executor.Event, err error) bool {
			seen = append(seen, fanout.Item{Event: ev, Err: err})
			return yield(ev, err)
		})
	}
}
