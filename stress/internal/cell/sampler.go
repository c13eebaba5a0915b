package cell

import (
	"context"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
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
	sample := takeSample()
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

// takeSample reads goroutines and memory from runtime/metrics.
func takeSample() scenarios.Sample {
	read := []metrics.Sample{
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/sched/threads/total:threads"},
		{Name: "/sched/goroutines/running:goroutines"},
		{Name: "/sched/goroutines/runnable:goroutines"},
		{Name: "/sched/goroutines/waiting:goroutines"},
		{Name: "/sched/goroutines/not-in-go:goroutines"},
	}
	metrics.Read(read)
	value := func(i int) uint64 {
		if read[i].Value.Kind() != metrics.KindUint64 {
			return 0
		}
		return read[i].Value.Uint64()
	}
	return scenarios.Sample{
		Goroutines: int(value(0)), HeapBytes: value(1), StackBytes: value(2), TotalBytes: value(3),
		Threads: int(value(4)), Running: int(value(5)), Runnable: int(value(6)), Waiting: int(value(7)), InSyscall: int(value(8)),
		Descriptors: -1,
	}
}
