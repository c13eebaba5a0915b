package mocks

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// recorder holds the runs, by the input of their request. A nil recorder records
// nothing.
type recorder struct {
	mu       sync.Mutex
	requests map[string]*request
	// byCaller says that a request is identified by the name of its caller.
	byCaller bool
}

type request struct {
	entries       []*entry
	running, peak int
	// forgotten says that contexts are no longer needed.
	forgotten bool
}

// entry is the Run of a call that may still run. ctx is nil once it is forgotten.
type entry struct {
	Run
	request *request
	ctx     context.Context
}

func newRecorder() *recorder { return &recorder{requests: make(map[string]*request)} }

// key identifies the request of a call. rec.mu is held.
func (rec *recorder) key(ctx context.Context, input string) string {
	if name := callerOf(ctx); rec.byCaller && name != "" {
		return name
	}
	return input
}

// begin records that a call starts.
func (rec *recorder) begin(ctx context.Context, c *call) *entry {
	if rec == nil {
		return nil
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	key := rec.key(ctx, c.input)
	r := rec.requests[key]
	if r == nil {
		r = &request{}
		rec.requests[key] = r
	}
	e := &entry{request: r, ctx: ctx, Run: Run{
		Agent: c.agent, Fault: c.plan.fault.Name, IgnoresContext: c.plan.fault.IgnoresContext, StartAt: time.Now(),
	}}
	e.Deadline, _ = ctx.Deadline()
	e.Caller = callerOf(ctx)
	r.entries = append(r.entries, e)
	r.running++
	r.peak = max(r.peak, r.running)
	return e
}

// end records that a call ends.
func (rec *recorder) end(c *call) {
	if rec == nil {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	e := c.entry
	e.EndAt, e.Ended = time.Now(), true
	e.Outcome, e.Err = c.outcome, c.err
	e.CtxDoneAtEnd = e.ctx.Err() != nil
	if e.request.forgotten {
		e.drop()
	}
	e.request.running--
}

// forget drops the contexts of the calls of a request.
func (rec *recorder) forget(input string) {
	if rec == nil {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	r := rec.requests[input]
	if r == nil {
		return
	}
	r.forgotten = true
	for _, e := range r.entries {
		if e.Ended {
			e.drop()
		}
	}
}

// drop writes down the state of the context and drops it.
func (e *entry) drop() {
	e.noteContext()
	e.ctx = nil
}

// noteContext writes down the state of the context.
func (e *entry) noteContext() {
	if e.ctx != nil {
		e.CtxDone, e.Cause = e.ctx.Err() != nil, context.Cause(e.ctx)
	}
}

// attempt records that the client of a call sends a request.
func (rec *recorder) attempt(c *call) {
	if rec == nil {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	c.entry.Attempts = append(c.entry.Attempts, time.Now())
}

// piece records that the consumer of a call's stream has taken a piece.
func (rec *recorder) piece(c *call) {
	if rec == nil {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	c.entry.Pieces++
}

// beginTool records that a tool is called, and returns the function that records
// its end.
func (rec *recorder) beginTool(ctx context.Context, agent *executor.Agent, name, input string) (end func()) {
	if rec == nil {
		return func() {}
	}
	done := ctx.Err() != nil
	rec.mu.Lock()
	defer rec.mu.Unlock()
	e := rec.latest(agent, rec.key(ctx, input))
	if e == nil {
		return func() {}
	}
	i := len(e.Tools)
	e.Tools = append(e.Tools, ToolRun{Name: name, StartAt: time.Now(), DoneAtStart: done})
	return func() {
		rec.mu.Lock()
		defer rec.mu.Unlock()
		e.Tools[i].EndAt, e.Tools[i].Ended = time.Now(), true
	}
}

// latest is the agent's last call in a request, or nil. rec.mu is held.
func (rec *recorder) latest(agent *executor.Agent, input string) *entry {
	r := rec.requests[input]
	if r == nil {
		return nil
	}
	for _, e := range slices.Backward(r.entries) {
		if e.Agent == agent {
			return e
		}
	}
	return nil
}

// runs are copies of the runs of a request.
func (rec *recorder) runs(input string) []Run {
	if rec == nil {
		return nil
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	r := rec.requests[input]
	if r == nil {
		return nil
	}
	runs := make([]Run, len(r.entries))
	for i, e := range r.entries {
		e.noteContext()
		runs[i] = e.Run
		runs[i].Tools = slices.Clone(e.Tools)
		runs[i].Attempts = slices.Clone(e.Attempts)
	}
	return runs
}

// peak is how many calls of a request ran at the same time at most.
func (rec *recorder) peak(input string) int {
	if rec == nil {
		return 0
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if r := rec.requests[input]; r != nil {
		return r.peak
	}
	return 0
}
