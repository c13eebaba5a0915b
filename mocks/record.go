package mocks

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// RecordMode says how much a FaultRunner records.
type RecordMode string

const (
	// RecordAll keeps a Run for every call, as long as the FaultRunner exists.
	RecordAll RecordMode = "all"
	// RecordCounts keeps three numbers and nothing for each call, so that the
	// mock adds nothing to a measurement of the heap.
	RecordCounts RecordMode = "counts"
)

// The outcomes of a Run.
const (
	Responded   = "response"
	Failed      = "error"
	Panicked    = "panic"
	Exited      = "goexit"
	NilReturned = "nil"
	// Stopped is a stream that ended because its consumer wanted no more.
	Stopped = "stopped"
)

// Run is what happened in one call of one agent.
type Run struct {
	Agent *executor.Agent
	// Fault is the name of the agent's Fault. IgnoresContext is as in Fault.
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
	// CtxDone says that the agent's context is done now. CtxDoneAtEnd says that it
	// was done when the call ended; false while the call runs.
	CtxDone, CtxDoneAtEnd bool
	// Cause is context.Cause of the agent's context; nil while it is not done.
	Cause error
	// Deadline is that of the agent's context; zero for none.
	Deadline time.Time
	// Caller is the name that the agent's context has from WithCaller; empty for none.
	Caller string
	// Attempts are the times at which a client on the wire sent its requests.
	Attempts []time.Time
	// Pieces is how many pieces the consumer of a stream has taken.
	Pieces int
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
	// DoneAtStart says that the context was done when the tool was called.
	DoneAtStart bool
}

// Counts are the numbers that are kept in every mode. They count calls of
// ExecuteAgent and StreamAgent. The executor calls tools later, and these do not count.
type Counts struct {
	// Started is how many calls began, Running how many have not ended, and Peak
	// how many ran at the same time at most.
	Started, Running, Peak int
	// Pieces is how many pieces of streams were taken.
	Pieces int
}

// Counts returns the numbers so far. They are exact if no call begins or ends
// meanwhile.
func (r *FaultRunner) Counts() Counts {
	return Counts{
		Started: int(r.counts.started.Load()),
		Running: int(r.counts.running.Load()),
		Peak:    int(r.counts.peak.Load()),
		Pieces:  int(r.counts.pieces.Load()),
	}
}

// Runs returns the calls of one request so far, in start order. The input
// identifies the request. With RecordCounts the slice is nil. It is the caller's.
func (r *FaultRunner) Runs(input string) []Run {
	return r.recorder.runs(input)
}

// KeyByCaller makes Runs, Forget and PeakOf identify requests by the name of their
// caller instead of by their input, for requests that have the same input. It must be
// called before the first call. A call whose context has no name is found by its input.
func (r *FaultRunner) KeyByCaller() {
	if r.recorder != nil {
		r.recorder.byCaller = true
	}
}

// callerOf is the name that WithCaller gave the context; empty for none.
func callerOf(ctx context.Context) string {
	name, _ := ctx.Value(callerKey{}).(string)
	return name
}

// Forget drops the contexts of the calls of one request, which Runs reports on.
// Their CtxDone and Cause stay as they are; those of calls that still run are
// dropped when the call ends.
func (r *FaultRunner) Forget(input string) { r.recorder.forget(input) }

// callerKey is the key of WithCaller.
type callerKey struct{}

// WithCaller returns a context with a value that Run.Caller shows. It tells whether
// an executor passes the values of its caller's context on to the agents.
func WithCaller(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, callerKey{}, name)
}

// PeakOf is how many calls of one request ran at the same time at most. With
// RecordCounts it is zero.
func (r *FaultRunner) PeakOf(input string) int {
	return r.recorder.peak(input)
}

type counters struct {
	started, running, peak, pieces atomic.Int64
}

func (c *counters) begin() {
	c.started.Add(1)
	now := c.running.Add(1)
	for {
		peak := c.peak.Load()
		if now <= peak || c.peak.CompareAndSwap(peak, now) {
			return
		}
	}
}

func (c *counters) end() { c.running.Add(-1) }

// outcomeOf is the outcome of a call that returned.
func outcomeOf(r *executor.AgentResponse, err error) string {
	switch {
	case err != nil:
		return Failed
	case r == nil:
		return NilReturned
	}
	return Responded
}
