package innocents

import (
	"context"
	"io"
	"iter"
	"sync"

	"github.com/watertight-go/watertight/executor/adapt"
)

// pulledInTurn has no goroutine but the coroutines of iter.Pull2, each of which it stops.
func pulledInTurn(ctx context.Context, models []adapt.Source) iter.Seq2[chunk, error] {
	return func(yield func(chunk, error) bool) {
		if ctx.Err() != nil {
			yield(chunk{}, ctx.Err())
			return
		}
		var all []func() bool
		for _, m := range models {
			next, stop := iter.Pull2(m.Stream(ctx))
			defer stop()
			all = append(all, func() bool { return pulled(m, next, yield) })
		}
		for _, deliver := range all {
			if !deliver() || ctx.Err() != nil {
				return
			}
		}
	}
}

// pulled yields what a model answers, and its end. It returns false if the reader has left.
func pulled(m adapt.Source, next func() (string, error, bool), yield func(chunk, error) bool) bool {
	for {
		text, err, more := next()
		if !more {
			return yield(chunk{model: m.ID, end: true}, nil)
		}
		if !yield(chunk{model: m.ID, text: text}, err) {
			return false
		}
		if err != nil {
			return true
		}
	}
}

// mux merges models. Close ends them and waits for them.
type mux struct {
	chunks chan chunk
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

func openMux(ctx context.Context, models []adapt.Source) (recv func() (chunk, error), end func() error, err error) {
	m := &mux{chunks: make(chan chunk)}
	ctx, m.cancel = context.WithCancel(ctx)
	for _, one := range models {
		m.wg.Go(func() { forward(ctx, one, m.chunks) })
	}
	go func() {
		m.wg.Wait()
		close(m.chunks)
	}()
	return m.Recv, m.Close, nil
}

// Recv returns io.EOF when all models have ended.
func (m *mux) Recv() (chunk, error) {
	c, more := <-m.chunks
	if !more {
		return chunk{}, io.EOF
	}
	return c, nil
}

// Close may be called twice.
func (m *mux) Close() error {
	m.cancel()
	m.wg.Wait()
	return nil
}

// pager has two workers, which take the models from a queue.
type pager struct {
	mux
	ctx     context.Context
	now     chunk
	started bool
	models  []adapt.Source
}

func openPager(ctx context.Context, models []adapt.Source) (*pager, error) {
	p := &pager{models: models}
	p.chunks = make(chan chunk)
	p.ctx, p.cancel = context.WithCancel(ctx)
	return p, nil
}

// start starts the workers at the first Next.
func (p *pager) start() {
	queue := make(chan adapt.Source, len(p.models))
	for _, m := range p.models {
		queue <- m
	}
	close(queue)
	for range 2 {
		p.wg.Go(func() {
			for m := range queue {
				forward(p.ctx, m, p.chunks)
			}
		})
	}
	go func() {
		p.wg.Wait()
		close(p.chunks)
	}()
}

// Next reports whether there is another chunk.
func (p *pager) Next() (more bool) {
	if !p.started {
		p.started = true
		p.start()
	}
	p.now, more = <-p.chunks
	return more
}

// Current is the chunk that Next found.
func (p *pager) Current() chunk { return p.now }

// Err is nil: each model's error comes with its end.
func (p *pager) Err() error { return nil }

// answer is the stream of one model.
type answer struct {
	next   func() (string, error, bool)
	stop   func()
	cancel context.CancelFunc
	now    chunk
	err    error
}

func openAnswer(ctx context.Context, models []adapt.Source) (*answer, error) {
	a := &answer{}
	ctx, a.cancel = context.WithCancel(ctx)
	a.next, a.stop = iter.Pull2(models[0].Stream(ctx))
	return a, nil
}

// Next reports whether there is another piece.
func (a *answer) Next() (more bool) {
	a.now.text, a.err, more = a.next()
	return more && a.err == nil
}

// Current is the piece that Next found.
func (a *answer) Current() chunk { return a.now }

// Err is why there is no other piece.
func (a *answer) Err() error { return a.err }

// Close ends the model's call.
func (a *answer) Close() error {
	a.cancel()
	a.stop()
	return nil
}
