package observe

import (
	"context"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// request is one call of the executor, from the caller's side.
type request struct {
	index    int
	intended time.Duration
	done     chan struct{} // closed at the end, where the load is sequential

	// The cell's lock guards what follows. detail is nil for requests that are
	// only counted, and final once complete is set.
	detail   *scenarios.Call
	complete bool
	caller   *caller
	consumer *consumer
	// kept is the map that was returned. It is read again at the end of the cell.
	kept map[string]*executor.AgentResponse
}

// nameOf is the name of the request with that index. The mocks' records tell
// requests apart by it.
func nameOf(index int) string { return scenarios.InputOf(index) }

// inputOf is the input of the request with that index.
func (c *cell) inputOf(index int) string { return c.s.Input(index) }

// answer is what ExecuteParallel returned, and when.
type answer struct {
	started, ended time.Time
	results        map[string]*executor.AgentResponse
	err            error
	panic          string
	// consumer is that of a stream; nil for a call.
	consumer *consumer
}

// call is the body of a caller's goroutine.
func (c *cell) call(labels context.Context, r *request) {
	if r.done != nil {
		defer close(r.done)
	}
	caller := c.newCaller(labels, r.index)
	if c.s.Consumer == nil {
		defer caller.stop()
	} else { // the end of the context must not end what the consumer's leaving did not
		c.atRelease(caller.stop)
	}
	started := time.Now()
	if r.detail != nil {
		c.mu.Lock()
		r.detail.Started, r.caller = c.since(started), caller
		c.mu.Unlock()
	}
	a := answer{panic: "runtime.Goexit"}
	// A deferred function also runs where the executor ends this goroutine: with
	// a panic, or with the Goexit of an agent that it ran here.
	defer func() {
		a.started, a.ended = started, time.Now()
		if v := recover(); v != nil {
			a.panic = fmt.Sprint(v)
		}
		c.record(r, caller, a)
	}()
	if c.s.Consumer != nil {
		a.consumer = c.newConsumer(caller, r.index)
		c.mu.Lock()
		r.consumer = a.consumer
		c.mu.Unlock()
		a.consumer.consume()
	} else {
		a.results, a.err = c.executor.ExecuteParallel(caller.ctx, c.inputOf(r.index), c.agents)
	}
	a.panic = ""
}

// record writes down how a call ended. The agents come first: they are to be
// recorded as they were at the return.
func (c *cell) record(r *request, k *caller, a answer) {
	var call scenarios.Call
	if r.detail != nil {
		call = c.describe(r, k, a)
	}
	c.runner.Forget(nameOf(r.index))
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.detail != nil && !r.complete {
		*r.detail, r.complete, r.kept = call, true, a.results
	}
	c.counters.end(c.ended(r, a))
}

// ended is what the counters want to know of a call.
func (c *cell) ended(r *request, a answer) ended {
	e := ended{request: r.index, at: c.since(a.ended), overshoot: a.ended.Sub(a.started) - c.s.Bound(r.index), results: len(a.results), failed: a.err != nil || a.panic != ""}
	if a.consumer != nil {
		e.overshoot -= a.consumer.seen.Own
		e.results, e.failed = a.consumer.answered()
	}
	return e
}

// describe is the call in detail.
func (c *cell) describe(r *request, k *caller, a answer) scenarios.Call {
	ended := c.since(a.ended)
	call := scenarios.Call{
		Index: r.index, Intended: r.intended, Started: c.since(a.started),
		Returned: true, Ended: ended, CancelledAt: k.doneAt(ended),
	}
	input := nameOf(r.index)
	runs := c.runner.Runs(input) // before waiting for anything
	c.propagated(k, input)
	later := c.runner.Runs(input)
	c.mu.Lock()
	c.describeAgents(&call, runs)
	c.describeContexts(&call, later)
	c.mu.Unlock()
	call.Panic = a.panic
	if a.consumer != nil {
		call.Stream = a.consumer.seen.copied()
		return call
	}
	call.Results, call.NilMap = copyResults(a.results), a.results == nil
	if a.err != nil {
		call.Error = a.err.Error()
		call.Is = foundIn(a.err, c.agents, c.inputOf(r.index))
	}
	return call
}
