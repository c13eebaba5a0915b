package cell

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// sampler takes one sample of the process at every so many requests, from
// inside the request. It needs no timer of its own and so works on virtual
// time too, where a sampling goroutine would be part of what is measured.
type sampler struct {
	every int

	mu      sync.Mutex
	began   time.Time
	calls   int
	waiting int
	samples []scenarios.Sample
}

// watch returns spec with the sampler between caller and executor.
func (s *sampler) watch(spec executor.Spec) executor.Spec {
	build := spec.New
	spec.New = func(c executor.Config) (executor.ParallelExecutor, error) {
		x, err := build(c)
		if err != nil || x == nil {
			return x, err
		}
		return &sampledExecutor{x, s}, nil
	}
	return spec
}

// tick counts a request that begins.
func (s *sampler) tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls == 0 {
		s.began = time.Now()
	}
	if s.calls%s.every == 0 {
		s.take()
	}
	s.calls++
	s.waiting++
}

// over counts a request that came back.
func (s *sampler) over() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
}

// last takes one more sample, when all requests have been made. The look for
// what is left has passed by then: what it allocated is no part of the load.
func (s *sampler) last() {
	runtime.GC()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls > 0 {
		s.take()
	}
}

func (s *sampler) take() {
	sample := observe.TakeSample()
	sample.At, sample.Requests, sample.InFlight = time.Since(s.began), s.calls, s.waiting
	s.samples = append(s.samples, sample)
}

type sampledExecutor struct {
	executor.ParallelExecutor
	sampler *sampler
}

// ExecuteParallel implements executor.ParallelExecutor.
func (x *sampledExecutor) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	x.sampler.tick()
	defer x.sampler.over()
	return x.ParallelExecutor.ExecuteParallel(ctx, input, agents)
}
