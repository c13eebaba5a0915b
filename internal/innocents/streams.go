package innocents

import (
	"context"
	"iter"
	"sync"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// streams are fan-outs that merge the answers of models piece by piece.
func streams() []executor.Spec {
	return []executor.Spec{
		named(adapt.StreamChannel(fanIn, chunk.event), "fan-in", "a goroutine for each model sends on one channel, or sees that its context is done",
			waits(obeys), panics(crash), policy(executor.CollectErrors)),
		named(adapt.StreamSeq(inTurn, chunk.event), "in-turn", "one model after the other, in the reader's goroutine",
			waits(obeys), panics(crash), limit(1), joins(), policy(executor.CollectErrors), buffer(1)),
		named(adapt.StreamSeq(pulledInTurn, chunk.event), "pulled", "pulls one model after the other, in the reader's goroutine",
			waits(obeys), panics(crash), limit(1), joins(), policy(executor.CollectErrors), buffer(1)),
		named(adapt.StreamSeq(mergedSeq, chunk.event), "merged-seq", "a sequence over a buffered channel, which ends its models when it is left",
			waits(obeys), panics(crash), joins(), policy(executor.CollectErrors), buffer(16)),
		named(adapt.StreamCallback(inTurns, chunk.event), "callback", "calls its reader from a goroutine for each model, one at a time; the first error ends it",
			waits(obeys), panics(crash), joins(), buffer(1)),
		named(adapt.StreamReader(openMux, chunk.event), "mux", "an object with Recv and Close over a goroutine for each model",
			waits(obeys), panics(crash), joins(), policy(executor.CollectErrors), buffer(1)),
		named(adapt.StreamCursor(openPager, chunk.event), "cursor", "an object with Next and Close that starts two models at a time",
			waits(obeys), panics(crash), joins(), policy(executor.CollectErrors), limit(2), buffer(1)),
		named(adapt.Single(adapt.StreamCursor(openAnswer, chunk.event)), "answer", "the stream of one answer, over an iterator that is pulled",
			waits(obeys)),
	}
}

func buffer(events int) property { return func(s *executor.Spec) { s.Bounds.Buffer = events } }

// chunk is a piece of a model's answer, or its end.
type chunk struct {
	model, text string
	end         bool
	err         error
}

func (c chunk) event() (executor.Event, error) {
	return executor.Event{AgentID: c.model, Delta: c.text, End: c.end}, c.err
}

// send sends a chunk unless ctx is done.
func send(ctx context.Context, out chan<- chunk, c chunk) bool {
	select {
	case out <- c:
		return true
	case <-ctx.Done():
		return false
	}
}

// fanIn closes its channel when all models have ended.
func fanIn(ctx context.Context, models []adapt.Source) (<-chan chunk, error) {
	out := make(chan chunk)
	var wg sync.WaitGroup
	for _, m := range models {
		wg.Go(func() { forward(ctx, m, out) })
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	return out, nil
}

// forward sends what a model answers, and its end.
func forward(ctx context.Context, m adapt.Source, out chan<- chunk) {
	last := chunk{model: m.ID, end: true, err: errExited}
	defer func() { send(ctx, out, last) }()
	if last.err = ctx.Err(); last.err != nil {
		return
	}
	last.err = errExited
	for text, err := range m.Stream(ctx) {
		if err != nil {
			last.err = err
			return
		}
		if !send(ctx, out, chunk{model: m.ID, text: text}) {
			last.err = ctx.Err()
			return
		}
	}
	last.err = nil
}

// inTurn has no goroutine of its own.
func inTurn(ctx context.Context, models []adapt.Source) iter.Seq2[chunk, error] {
	return func(yield func(chunk, error) bool) {
		for _, m := range models {
			if ctx.Err() != nil {
				yield(chunk{}, ctx.Err())
				return
			}
			failed := false
			for text, err := range m.Stream(ctx) {
				failed = err != nil
				if !yield(chunk{model: m.ID, text: text}, err) {
					return
				}
			}
			if !failed && !yield(chunk{model: m.ID, end: true}, nil) {
				return
			}
		}
	}
}

// mergedSeq waits for its models when its reader leaves.
func mergedSeq(ctx context.Context, models []adapt.Source) iter.Seq2[chunk, error] {
	return func(yield func(chunk, error) bool) {
		own, cancel := context.WithCancel(ctx)
		out := make(chan chunk, 16)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		for _, m := range models {
			wg.Go(func() { forward(own, m, out) })
		}
		go func() {
			wg.Wait()
			close(out)
		}()
		for c := range out {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// inTurns returns the first error, which cancels the other models. A mutex in place of the
// channel would hold models whose context is done while the reader is at work.
func inTurns(ctx context.Context, models []adapt.Source, each func(chunk) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	turn := make(chan struct{}, 1)
	tell := func(c chunk) error {
		if err := take(ctx, turn); err != nil {
			return err
		}
		defer func() { <-turn }()
		return each(c)
	}
	var wg sync.WaitGroup
	for _, m := range models {
		wg.Go(func() {
			reporting(cancel, func() error {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				for text, err := range m.Stream(ctx) {
					if err == nil {
						err = tell(chunk{model: m.ID, text: text})
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
