// Package scenarios is the matrix: what can happen to a fan-out of agents in
// the field, as data, and what the contract promises then.
//
// Observe runs an executor through a Scenario and writes down what happened.
// Judge reads the Observation and gives a Verdict, clause by clause. Compare
// sets two verdicts side by side. Measuring never judges, judging never
// measures, and each stage is a plain value that can be stored as JSON.
//
// The package does not isolate: an executor that crashes takes the process
// with it. Package stress and scenariotest run it in child processes.
package scenarios

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// Scenario is one row of the matrix.
type Scenario struct {
	// Name is unique in the catalogue, lower case with hyphens.
	Name string
	// Row is the name of the compatibility-matrix row that this scenario
	// reproduces; empty for the others.
	Row string
	// Field says in one line where this happens in the field.
	Field string
	// Agents are the crew, in call order.
	Agents []Agent
	// Caller is what the caller does meanwhile.
	Caller Caller
	// Load is how many requests are made, and when.
	Load Load
	// Config is what the executor is built with; Runner is filled in.
	Config executor.Config
	// Clauses are those of the contract that this scenario puts to the test.
	Clauses []executor.Clause
	// Recovers says that every agent answers again in the last request.
	Recovers bool
	// IDs says that the scenario is about the agents' IDs, or a nil agent: a
	// positional executor has neither.
	IDs bool
	// Retries is how often the client of a wire scenario tries again.
	Retries int
	// AppendHistory makes every agent append to the history that it is handed,
	// as a conversation loop does, and hands the executor a history with room
	// behind its end: what is shared then, is written.
	AppendHistory bool
	// Heap is how many bytes the cell may retain once everything is released.
	// Zero means DefaultHeap.
	Heap int64
	// RealTime says why the scenario cannot run on virtual time; empty where
	// it can, because everything in it blocks durably.
	RealTime string
	// MayCrash says that an executor with an ordinary defect may take the
	// process with it, so the cell needs a process of its own.
	MayCrash bool
}

// Agent is one agent of a scenario's crew.
type Agent struct {
	// ID is the agent's ID; it may be empty or a duplicate on purpose.
	ID string
	// Fault is what the agent does.
	Fault mocks.Fault
	// Tools are the agent's tools.
	Tools []mocks.ToolFault
	// Nil puts a nil *executor.Agent in this place.
	Nil bool
}

// Caller is how the caller of ExecuteParallel behaves. The zero Caller waits
// with a context that is never done.
type Caller struct {
	// CancelBefore cancels the context before the call.
	CancelBefore bool
	// CancelAfter cancels the context that long after the call began. Zero: never.
	CancelAfter time.Duration
	// Deadline is the caller's own deadline. Zero: none.
	Deadline time.Duration
	// Foreign gives the call a context of a type that package context does not
	// know, and that never ends: neither by the fields above nor after the call.
	// What is derived from it and not cancelled keeps a goroutine for ever.
	Foreign bool
}

// Load is the requests of a scenario. The zero Load is one request.
type Load struct {
	// Requests is how many calls are made. Zero means 1.
	Requests int
	// Every is the time between intended starts (open loop: a start is never
	// held up by earlier requests). Zero with Sequential false: all at once.
	Every time.Duration
	// Sequential makes each request wait for the one before.
	Sequential bool
	// Patience is how long after the last start the callers are waited for
	// before they are counted as blocked. Zero means the scenario's own bound
	// of clause 1 with a margin.
	Patience time.Duration
}

// DefaultHeap is what a cell may retain: above what the harness's own records
// and the runtime's free lists come to, below what any real leak grows to.
const DefaultHeap = 8 << 20

// Total is how many requests the load makes.
func (l Load) Total() int { return max(l.Requests, 1) }

// Concurrent says that all requests are made at once, which makes the scenario
// one of those to run under the race detector.
func (s Scenario) Concurrent() bool {
	return s.Load.Total() > 1 && !s.Load.Sequential && s.Load.Every == 0
}

// OnWire says that agents of the scenario call over a wire, for which
// Options.Wire is needed.
func (s Scenario) OnWire() bool {
	return slices.ContainsFunc(s.Agents, func(a Agent) bool { return a.Fault.Wire != "" })
}

// Forever says that an agent of the scenario never lets go, not even when the
// cell is over: its goroutines end with the process, so that must be the cell's own.
func (s Scenario) Forever() bool {
	return slices.ContainsFunc(s.Agents, func(a Agent) bool { return a.Fault.Forever })
}

// Bound is clause 1 as a time: the longest that a call may take from its start.
func (s Scenario) Bound() time.Duration {
	setup, _ := s.setup() // Observe has refused what makes no sense
	if s.Caller.CancelBefore {
		return setup.Grace
	}
	bound := setup.span()
	for _, d := range []time.Duration{s.Caller.CancelAfter, s.Caller.Deadline} {
		if d > 0 {
			bound = min(bound, d)
		}
	}
	return bound + setup.Grace
}

// patience is Load.Patience with its default.
func (s Scenario) patience() time.Duration {
	if s.Load.Patience > 0 {
		return s.Load.Patience
	}
	return 2*s.Bound() + 200*time.Millisecond
}
