package mocks

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// RecordMode says how much a runner writes down.
type RecordMode string

const (
	// RecordAll keeps a Run for every call, for as long as the runner lives.
	RecordAll RecordMode = "all"
	// RecordCounts keeps three numbers and nothing for each call, so that what
	// a heap measurement finds is not the mock's.
	RecordCounts RecordMode = "counts"
)

// The outcomes of a Run.
const (
	Responded   = "response"
	Failed      = "error"
	Panicked    = "panic"
	Exited      = "goexit"
	NilReturned = "nil"
)

// Run is what one call of one agent went through.
type Run struct {
	Agent *executor.Agent
	// Fault and IgnoresContext are those of the hired Fault.
	Fault          string
	IgnoresContext bool
	StartAt        time.Time
	// EndAt is zero while Ended is false.
	EndAt time.Time
	Ended bool
	// Outcome is one of the outcomes above, or empty while the call runs.
	Outcome string
	// Err is the error returned, or the value of the panic.
	Err error
	// CtxDone says that the agent's context is done now, or, for a call that
	// has ended, that it was at its end.
	CtxDone bool
	// Attempts is when a client on a wire sent each of its requests.
	Attempts []time.Time
	// Tools are the calls of the agent's tools, in start order.
	Tools []ToolRun
}

// ToolRun is one call of a tool.
type ToolRun struct {
	Name    string
	StartAt time.Time
	// EndAt is zero while Ended is false.
	EndAt time.Time
	Ended bool
	// DoneAtStart says that the tool was started with a context already done.
	DoneAtStart bool
}

// Counts are the numbers kept in every mode. A call counts while ExecuteAgent
// runs; its tools, which the executor calls later, do not count.
type Counts struct {
	// Started is how many calls began, Running how many have not ended, Peak
	// the most that ran at once.
	Started, Running, Peak int
}

// Counts returns the numbers so far. They are exact when no call begins or
// ends meanwhile.
func (c *FaultRunner) Counts() Counts {
	return Counts{
		Started: int(c.counts.started.Load()),
		Running: int(c.counts.running.Load()),
		Peak:    int(c.counts.peak.Load()),
	}
}

// Runs returns what the agents of one request, told by its input, went through
// so far, in start order; nil with RecordCounts. The slice is the caller's.
func (c *FaultRunner) Runs(input string) []Run {
	if c.recorder == nil {
		return nil
	}
	return c.recorder.runs(input)
}

// PeakOf is the most calls of one request that ran at once, counted as Counts
// does; zero with RecordCounts.
func (c *FaultRunner) PeakOf(input string) int {
	if c.recorder == nil {
		return 0
	}
	c.recorder.mu.Lock()
	defer c.recorder.mu.Unlock()
	if r := c.recorder.requests[input]; r != nil {
		return r.peak
	}
	return 0
}

type counters struct {
	started, running, peak atomic.Int64
}

func (c *counters) enter() {
	c.started.Add(1)
	now := c.running.Add(1)
	for {
		peak := c.peak.Load()
		if now <= peak || c.peak.CompareAndSwap(peak, now) {
			return
		}
	}
}

func (c *counters) leave() { c.running.Add(-1) }

// recorder holds the runs. A nil recorder records nothing.
type recorder struct {
	mu       sync.Mutex
	requests map[string]*request
}

type request struct {
	entries       []*entry
	running, peak int
}

// entry is a Run in the making. ctx is dropped when it has ended.
type entry struct {
	Run
	request *request
	ctx     context.Context
}

func newRecorder() *recorder { return &recorder{requests: make(map[string]*request)} }

func (l *recorder) enter(ctx context.Context, k *call) *entry {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.requests[k.input]
	if r == nil {
		r = &request{}
		l.requests[k.input] = r
	}
	e := &entry{request: r, ctx: ctx, Run: Run{
		Agent: k.agent, Fault: k.registered.fault.Name, IgnoresContext: k.registered.fault.IgnoresContext, StartAt: time.Now(),
	}}
	r.entries = append(r.entries, e)
	r.running++
	r.peak = max(r.peak, r.running)
	return e
}

func (l *recorder) leave(e *entry, k *call) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e.EndAt, e.Ended = time.Now(), true
	e.Outcome, e.Err = k.ending, k.err
	e.CtxDone = e.ctx.Err() != nil
	e.ctx = nil
	e.request.running--
}

func (l *recorder) runs(input string) []Run {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.requests[input]
	if r == nil {
		return nil
	}
	runs := make([]Run, len(r.entries))
	for i, e := range r.entries {
		runs[i] = e.Run
		runs[i].Tools = slices.Clone(e.Tools)
		runs[i].Attempts = slices.Clone(e.Attempts)
		if !e.Ended {
			runs[i].CtxDone = e.ctx.Err() != nil
		}
	}
	return runs
}

// outcome of a call that returned.
func outcome(r *executor.AgentResponse, err error) string {
	switch {
	case err != nil:
		return Failed
	case r == nil:
		return NilReturned
	}
	return Responded
}
