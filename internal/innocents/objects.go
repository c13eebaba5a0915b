package innocents

import (
	"context"
	"sync"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// firstError runs tasks. The first error cancels the context of the others.
type firstError struct {
	wg     sync.WaitGroup
	cancel context.CancelCauseFunc
	once   sync.Once
	err    error
}

func newFirstError(ctx context.Context) (*firstError, context.Context) {
	g := &firstError{}
	ctx, g.cancel = context.WithCancelCause(ctx)
	return g, ctx
}

// Go runs a task.
func (g *firstError) Go(task func() error) {
	g.wg.Go(func() {
		reporting(func(err error) {
			g.once.Do(func() {
				g.err = err
				g.cancel(err)
			})
		}, task)
	})
}

// Wait waits for all tasks and returns the first error.
func (g *firstError) Wait() error {
	g.wg.Wait()
	g.cancel(g.err)
	return g.err
}

// onDemand is a pool that starts a worker for a task unless all are there. A worker ends
// when there is nothing to do.
type onDemand struct {
	mu      sync.Mutex
	queue   []func()
	workers int
	most    int
}

func pooled(c executor.Config) executor.Spec {
	return adapt.Pool(func(context.Context) (func(func()), func()) {
		p := &onDemand{most: c.Limit}
		return p.Submit, nil
	})
}

// Submit never waits.
func (p *onDemand) Submit(task func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, task)
	if p.most == 0 || p.workers < p.most {
		p.workers++
		go p.work()
	}
}

// work runs tasks until the queue is empty. If a task ends the goroutine, another one
// takes its place.
func (p *onDemand) work() {
	ended := false
	defer func() {
		if !ended {
			go p.work()
		}
	}()
	for {
		task := p.next()
		if task == nil {
			ended = true
			return
		}
		p.run(task)
	}
}

// next returns a task, or ends the worker.
func (p *onDemand) next() func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 {
		p.workers--
		return nil
	}
	task := p.queue[0]
	p.queue = p.queue[1:]
	return task
}

func (p *onDemand) run(task func()) {
	defer func() { _ = recover() }() // whoever submitted the task knows of its panic
	task()
}
