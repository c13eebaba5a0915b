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

const (
	// clientWait is how long the calls may take to arrive at the server.
	clientWait = 15 * time.Second
)

// observeClient lets calls hang in the real client, before the headers of a
// server in the parent's process, and measures what each of them holds.
func (c Cell) observeClient(ctx context.Context, spec executor.Spec) (scenarios.Observation, error) {
	o := c.Empty()
	runner, err := openai.NewRunner(openai.RunnerConfig{BaseURL: c.URL, Model: func(*executor.Agent) string { return string(mocks.WireHangBeforeHeaders) }})
	if err != nil {
		return o, err
	}
	defer runner.Close()
	calls := &countingRunner{Runner: runner, changed: make(chan struct{}, 1)}
	s, err := c.sized()
	if err != nil {
		return o, err
	}
	s.Config.Runner = calls
	x, err := spec.New(s.Config)
	if err != nil {
		return o, fmt.Errorf("stress: client: %w", err)
	}
	agents := make([]*executor.Agent, c.Agents)
	for i := range agents {
		agents[i] = &executor.Agent{ID: fmt.Sprintf("agent-%d", i+1)}
	}
	ctx, cancel := context.WithCancel(ctx)
	base := settledSample()
	began := time.Now()
	done := make(chan struct{})
	for range c.Requests {
		go func() {
			_, _ = x.ExecuteParallel(ctx, "a question", agents)
			done <- struct{}{}
		}()
	}
	err = calls.await(c.Requests*c.Agents, clientWait)
	full := settledSample()
	full.At, full.Requests = time.Since(began), c.Requests
	fillClient(&o, base, full, calls.waiting())
	cancel()
	for range c.Requests {
		<-done
	}
	o.Totals.Requests, o.Totals.Returned = c.Requests, c.Requests
	o.Totals.AgentsStarted = c.Requests * c.Agents
	return o, err
}

// fillClient writes down the difference of the two samples.
func fillClient(o *scenarios.Observation, base, full scenarios.Sample, running int) {
	o.Series = []scenarios.Sample{base, full}
	o.Totals.AgentsRunning = running
	o.Left.Inspected, o.Left.Leak.HeapMeasured = true, true
	o.Left.Leak.Goroutines = full.Goroutines - base.Goroutines
	o.Left.Leak.Heap = int64(full.HeapBytes) - int64(base.HeapBytes)
	o.Left.Leak.Stacks = int64(full.StackBytes) - int64(base.StackBytes)
	o.Warnings = append(o.Warnings, "what is left was measured while the calls hung; they end with their context")
}

// settledSample is a sample after two collections: what a sync.Pool holds goes
// in the second.
func settledSample() scenarios.Sample {
	runtime.GC()
	runtime.GC()
	return observe.TakeSample()
}
