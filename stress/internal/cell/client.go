package cell

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// clientWait is how long the calls may take to reach the server.
const clientWait = 15 * time.Second

// observeClient measures the memory of calls that hang in the real client: the
// server, in the parent's process, never answers.
func (c Cell) observeClient(ctx context.Context, spec executor.Spec) (scenarios.Observation, error) {
	o := c.Empty()
	client, err := openai.NewRunner(openai.RunnerConfig{BaseURL: c.URL, Model: func(*executor.Agent) string { return string(mocks.WireHangBeforeHeaders) }})
	if err != nil {
		return o, err
	}
	defer client.Close()
	s, err := c.scenario()
	if err != nil {
		return o, err
	}
	calls := &countingRunner{Runner: client, changed: make(chan struct{}, 1)}
	s.Config.Runner = calls
	x, err := spec.New(s.Config)
	if err != nil {
		return o, fmt.Errorf("stress: client: %w", err)
	}
	before := settledSample()
	began := time.Now()
	stop := c.request(ctx, x)
	defer stop()
	if err := calls.await(c.Requests*c.Agents, clientWait); err != nil {
		return o, err
	}
	hanging := settledSample()
	hanging.At, hanging.Requests = time.Since(began), c.Requests
	fillClient(&o, before, hanging)
	o.Totals.Requests, o.Totals.Returned = c.Requests, c.Requests
	o.Totals.AgentsStarted, o.Totals.AgentsRunning = c.Requests*c.Agents, calls.waiting()
	return o, nil
}

// request makes the requests of the cell. stop cancels them and waits for them.
func (c Cell) request(ctx context.Context, x executor.ParallelExecutor) (stop func()) {
	agents := make([]*executor.Agent, c.Agents)
	for i := range agents {
		agents[i] = &executor.Agent{ID: fmt.Sprintf("agent-%d", i+1)}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	for range c.Requests {
		go func() {
			_, _ = x.ExecuteParallel(ctx, "a question", agents)
			done <- struct{}{}
		}()
	}
	return func() {
		cancel()
		for range c.Requests {
			<-done
		}
	}
}

// fillClient records the difference of the two samples as what is left.
func fillClient(o *scenarios.Observation, before, hanging scenarios.Sample) {
	o.Series = []scenarios.Sample{before, hanging}
	o.Left.Inspected, o.Left.Leak.HeapMeasured = true, true
	o.Left.Leak.Goroutines = hanging.Goroutines - before.Goroutines
	o.Left.Leak.Heap = int64(hanging.HeapBytes) - int64(before.HeapBytes)
	o.Left.Leak.Stacks = int64(hanging.StackBytes) - int64(before.StackBytes)
	o.Warnings = append(o.Warnings, "what is left was measured while the calls hung; they end with their context")
}

// settledSample is a sample after two collections: the second frees the contents of
// sync.Pools.
func settledSample() scenarios.Sample {
	runtime.GC()
	runtime.GC()
	return observe.TakeSample()
}
