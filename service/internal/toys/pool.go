package main

import (
	"context"
	"sync"
)

// pool has workers that are started when they are needed, and then kept.
type pool struct {
	most int

	mu      sync.Mutex
	started int
	work    chan func()
}

// do runs f on a worker. It gives up waiting for one when ctx is done.
func (p *pool) do(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	job := func() { done <- f() }
	select {
	case p.channel() <- job:
	default:
		if !p.grow(job) {
			select {
			case p.channel() <- job:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return <-done
}

func (p *pool) channel() chan func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.work == nil {
		p.work = make(chan func())
	}
	return p.work
}

// grow starts one more worker, with its first job, if there may be more.
func (p *pool) grow(first func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started == p.most {
		return false
	}
	p.started++
	go p.worker(first)
	return true
}

func (p *pool) worker(first func()) {
	first()
	for job := range p.channel() {
		job()
	}
}
