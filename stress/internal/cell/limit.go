package cell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/internal/thin"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

const (
	// threadLimit and descriptorLimit are what the limits are lowered to: far
	// above what a process needs, reached within the limit cells' load.
	threadLimit     = 200
	descriptorLimit = 400
)

// observeLimit runs a load under a lowered limit and writes down the first
// limit that was hit. A limit that ends the process is told by the parent.
func (c Cell) observeLimit(ctx context.Context, spec executor.Spec, limit loads.Limit) (scenarios.Observation, error) {
	s, err := c.sized()
	if err != nil {
		return scenarios.Observation{}, err
	}
	w := &limitWatch{}
	if w.file, err = os.Create(c.Progress); err != nil {
		return scenarios.Observation{}, fmt.Errorf("stress: limit: %w", err)
	}
	defer w.file.Close()
	restore := func() {}
	switch limit {
	case loads.Threads:
		w.lowered = lowerThreads(threadLimit)
	case loads.Descriptors:
		if w.lowered, restore, err = lowerDescriptors(descriptorLimit); err != nil {
			return scenarios.Observation{}, err
		}
	}
	opts := observe.Options{Clock: scenarios.RealClock, Settle: settle, Sample: sampleEvery,
		// What looks for leftovers, and the result, need descriptors again.
		Moment: func(moment string) ([]scenarios.ProfileFile, error) {
			if moment != "start" {
				restore()
			}
			return nil, nil
		}}
	o, err := observe.Run(ctx, s, w.watch(spec), opts)
	restore()
	o.Series = thin.Evenly(o.Series, seriesAtMost)
	o.Limit = w.hit()
	switch {
	case limit == loads.Threads && !mocks.SyscallBlocks:
		o.Warnings = append(o.Warnings, "no thread is held here: the agents block on a channel instead of in a system call")
	case w.lowered != "" && o.Limit == nil:
		o.Warnings = append(o.Warnings, "no limit was hit, though it was "+w.lowered)
	}
	return o, err
}

// limitWatch stands between caller, executor and agents and notes requests and
// the first complaint about a limit.
type limitWatch struct {
	lowered string
	file    *os.File

	mu       sync.Mutex
	began    time.Time
	requests int
	first    *scenarios.LimitHit
}

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
		r.watch.complain(err)
	}
	return response, err
}

// request counts one and leaves the mark on disk: the process may not live to
// tell. A mark that cannot be written is missed only if the process dies.
func (w *limitWatch) request() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.requests == 0 {
		w.began = time.Now()
	}
	w.requests++
	mark := progressMark{Requests: w.requests, Sample: observe.TakeSample()}
	mark.Sample.At, mark.Sample.Requests = time.Since(w.began), w.requests
	if w.lowered != "" {
		mark.Limit = &scenarios.LimitHit{Lowered: w.lowered, At: w.requests}
	}
	if data, err := json.Marshal(mark); err == nil {
		_, _ = w.file.WriteAt(append(data, '\n'), 0)
	}
}

func (w *limitWatch) complain(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first == nil {
		w.first = &scenarios.LimitHit{Resource: "descriptors", Limit: descriptorLimit, Lowered: w.lowered, At: w.requests, Message: err.Error()}
	}
}

func (w *limitWatch) hit() *scenarios.LimitHit {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.first
}
