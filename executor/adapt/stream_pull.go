package adapt

import (
	"context"
	"io"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/watertight-go/watertight/executor"
)

// pulling is a fan-out that returns an object.
type pulling struct {
	calls adapted
	open  func(ctx context.Context, s *streaming) (object, error)
}

// Stream implements executor.StreamExecutor. Each range opens another object.
func (x pulling) Stream(ctx context.Context, input string, agents []*executor.Agent) iter.Seq2[executor.Event, error] {
	return func(yield func(executor.Event, error) bool) {
		next, stop := x.Pull(ctx, input, agents)
		defer stop()
		for {
			e, err, ok := next()
			if !ok || !yield(e, err) {
				return
			}
		}
	}
}

// Pull opens the object. The functions are those of iter.Pull2 over Stream, but each
// call of stop closes the object again, also after the end.
func (x pulling) Pull(ctx context.Context, input string, agents []*executor.Agent) (next func() (executor.Event, error, bool), stop func()) {
	p := &pull{ctx: ctx, ends: x.calls.streaming(input, agents).ends()}
	var err error
	if p.object, err = x.open(ctx, p.streaming); err != nil {
		p.fail(err)
		p.rest(ctx)
		p.over, p.object.close = true, func() {}
	}
	return p.next, p.stop
}

// WithoutTimeouts returns the executor for a fan-out that ends its agents itself.
func (x pulling) WithoutTimeouts() executor.StreamExecutor {
	x.calls.untimed = true
	return x
}

// pull is an open object in the hands of its consumer.
type pull struct {
	ctx context.Context
	*ends
	object object
	// over: the object has nothing more.
	over    bool
	stopped atomic.Bool
}

func (p *pull) next() (executor.Event, error, bool) {
	for !p.stopped.Load() {
		if len(p.steps) > 0 {
			s := p.steps[0]
			p.steps = slices.Delete(p.steps, 0, 1)
			return s.event, s.err, true
		}
		if p.over {
			break
		}
		p.ask()
	}
	return executor.Event{}, nil, false
}

// ask notes what the object has next.
func (p *pull) ask() {
	e, failed, ended := p.object.next()
	if ended == nil {
		p.add(e, failed)
		return
	}
	p.over = true
	if ended != io.EOF {
		p.fail(ended)
	}
	p.rest(p.ctx)
}

func (p *pull) stop() {
	p.stopped.Store(true)
	p.object.close()
}
