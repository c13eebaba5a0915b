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

// sampler takes a sample of the process with every so many requests, from inside
// the request. It needs no timer and no goroutine, so it works on virtual time.
type sampler struct {
	// every is the number of requests from one sample to the next.
	every int

	mu      sync.Mutex
	began   time.Time
	calls   int
	waiting int // calls that have not returned
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

// begin counts a request that begins.
func (s *sampler) begin() {
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

// end counts a request that returned.
func (s *sampler) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
}

// last takes the last sample, after all requests and after the inspection of what
// is left. The collection frees what the inspection allocated.
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
	x.sampler.begin()
	defer x.sampler.end()
	return x.ParallelExecutor.ExecuteParallel(ctx, input, agents)
}
