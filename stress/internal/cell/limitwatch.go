package cell

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// limitWatch stands between caller, executor and agents. It counts requests and
// notes the first error that a limit caused.
type limitWatch struct {
	// file holds the progress, lowered says how a limit was lowered.
	file    *os.File
	lowered string

	mu       sync.Mutex
	began    time.Time
	requests int
	first    *scenarios.LimitHit
}

// watch returns spec with the watch around the executor and its agents.
func (w *limitWatch) watch(spec executor.Spec) executor.Spec {
	build := spec.New
	spec.New = func(config executor.Config) (executor.ParallelExecutor, error) {
		config.Runner = limitRunner{config.Runner, w}
		x, err := build(config)
		if err != nil || x == nil {
			return x, err
		}
		return limitExecutor{x, w}, nil
	}
	return spec
}

type limitExecutor struct {
	executor.ParallelExecutor
	watch *limitWatch
}

// ExecuteParallel implements executor.ParallelExecutor.
func (x limitExecutor) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	x.watch.request()
	return x.ParallelExecutor.ExecuteParallel(ctx, input, agents)
}

type limitRunner struct {
	executor.Runner
	watch *limitWatch
}

// ExecuteAgent implements executor.Runner.
func (r limitRunner) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	response, err := r.Runner.ExecuteAgent(ctx, agent, input, history)
	if errors.Is(err, syscall.EMFILE) {
		r.watch.failed(err)
	}
	return response, err
}

// request counts a request and writes the progress, as the limit may end the
// process. An error in writing is ignored: it matters only if the process dies.
func (w *limitWatch) request() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.requests == 0 {
		w.began = time.Now()
	}
	w.requests++
	p := progress{Requests: w.requests, Sample: observe.TakeSample()}
	p.Sample.At, p.Sample.Requests = time.Since(w.began), w.requests
	if w.lowered != "" {
		p.Limit = &scenarios.LimitHit{Lowered: w.lowered, At: w.requests}
	}
	if data, err := json.Marshal(p); err == nil {
		_, _ = w.file.WriteAt(append(data, '\n'), 0)
	}
}

// failed notes the first call that failed for lack of descriptors.
func (w *limitWatch) failed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first == nil {
		w.first = &scenarios.LimitHit{Resource: "descriptors", Limit: descriptorLimit, Lowered: w.lowered, At: w.requests, Message: err.Error()}
	}
}

// met is the first limit that was met; nil for none.
func (w *limitWatch) met() *scenarios.LimitHit {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.first
}
