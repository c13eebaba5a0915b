// Package scenarios describes, as data, what can happen to a fan-out of agents
// in production, and holds the types of what is observed and judged then.
//
// A Scenario becomes a Verdict in one direction:
//
//	Scenario -> observe.Run -> Observation -> judge.Judge -> Verdict -> judge.Compare -> Comparison
//
// Package observe runs an executor through a scenario and never judges. Package
// judge judges and compares, and never runs anything. This package runs nothing
// either. Observations, verdicts and comparisons are plain values that can be
// stored as JSON and read again.
//
// Packages stress and scenariotest run the catalogue in child processes, since
// an executor that crashes takes its process with it.
package scenarios

import (
	"cmp"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// Scenario is one row of the matrix.
type Scenario struct {
	// Name is unique in the catalogue, lower case with hyphens.
	Name string
	// MatrixRow is the name of the row of the compatibility matrix that this
	// scenario reproduces; empty where it reproduces none.
	MatrixRow string
	// Story says in one line how this happens in production.
	Story string
	// Agents are the agents of every request, in call order.
	Agents []Agent
	// Caller is what the caller does during the call.
	Caller Caller
	// Consumer is what the consumer does in a scenario about streams; nil in one about
	// calls.
	Consumer *Consumer
	// Load is how many requests are made, and when.
	Load Load
	// Config is the configuration of the executor, without the Runner.
	Config executor.Config
	// Clauses are the clauses of the contract that this scenario tests.
	Clauses []executor.Clause
	// Recovers says that every agent answers again in the last request.
	Recovers bool
	// IDs says that the scenario is about agent IDs or about a nil agent. It is
	// not run for a positional executor, which has neither.
	IDs bool
	// Retries is how often the client of a wire scenario repeats a request.
	Retries int
	// SameInput gives every request the same input: they ask for the same work.
	SameInput bool
	// AppendHistory makes every agent append to the history that it receives,
	// as a conversation loop does. The executor's history has spare capacity
	// then, so that agents which share it write to the same memory.
	AppendHistory bool
	// Heap is how many bytes of heap and stacks the cell may retain once
	// everything is released. Zero means 8 MiB; see HeapLimit.
	Heap int64
	// RealTime says why the scenario cannot run on virtual time. It is empty
	// where it can: everything in the scenario blocks durably then.
	RealTime string
	// Leeway is how much later than its bound a call may return on a machine's clock,
	// beside what the machine was seen to be late by. It is for scenarios that take
	// threads or descriptors, which a busy machine is slow to give, and that ask whether
	// calls return at all. On virtual time there is none.
	Leeway time.Duration
	// queue makes the agents for a limit. It is nil where the agents do not depend
	// on it.
	queue func(limit int) []Agent
	// MayCrash says that an executor with an ordinary defect may end the
	// process, so that the cell needs a process of its own.
	MayCrash bool
}

// Agent is one agent of a scenario.
type Agent struct {
	// ID is the agent's ID. Some scenarios leave it empty or repeat one on purpose.
	ID string
	// Fault is what the agent does.
	Fault mocks.Fault
	// Tools are the agent's tools.
	Tools []mocks.ToolFault
	// Nil puts a nil *executor.Agent in the place of this agent.
	Nil bool
	// Bare leaves out the agent's optional fields, such as its name.
	Bare bool
}

// Caller is how the caller of ExecuteParallel behaves. The zero Caller waits
// with a context that is never done.
type Caller struct {
	// CancelBefore cancels the context before the call.
	CancelBefore bool
	// CancelAfter is the time from the start of the call to the cancellation of
	// its context. Zero: never.
	CancelAfter time.Duration
	// Deadline is the caller's own deadline. Zero: none.
	Deadline time.Duration
	// OnlyFirst says that only the caller of the first request does so. All others
	// wait with a context that is never done.
	OnlyFirst bool
	// Cause is the cause with which the caller cancels. Empty: none.
	Cause string
	// Foreign gives the call a context of a type that package context does not
	// know. It is never done: the fields above do not apply to it. Package
	// context starts a goroutine for each context that is derived from it, which
	// stays until the derived context is cancelled.
	Foreign bool
}

// Load is the requests of a scenario. The zero Load is one request.
type Load struct {
	// Requests is how many calls are made. Zero means 1.
	Requests int
	// Every is the time between intended starts. Requests start at these times
	// whether or not earlier ones have returned (open loop). Zero with
	// Sequential false: all start at once.
	Every time.Duration
	// Sequential makes each request wait for the one before.
	Sequential bool
	// Patience is how long, after the last start, callers are waited for before
	// they count as blocked. Zero means twice the bound of clause 1 and 200 ms;
	// see Scenario.Patience.
	Patience time.Duration
}

// defaultHeap is above what the harness's own records and the runtime's free
// lists amount to, and below what a real leak grows to.
const defaultHeap = 8 << 20

// Total is how many requests the load makes.
func (l Load) Total() int { return max(l.Requests, 1) }

// Concurrent reports whether all requests start at once. Such scenarios are
// also run under the race detector.
func (s Scenario) Concurrent() bool {
	return s.Load.Total() > 1 && !s.Load.Sequential && s.Load.Every == 0
}

// OnWire reports whether agents of the scenario call an HTTP server. Such a
// scenario needs observe.Options.Wire.
func (s Scenario) OnWire() bool {
	return slices.ContainsFunc(s.Agents, func(a Agent) bool { return a.Fault.Wire != "" })
}

// Forever reports whether an agent of the scenario hangs even after the mocks
// are released. Its goroutines stay until the process ends, so the cell needs a
// process of its own.
func (s Scenario) Forever() bool {
	return slices.ContainsFunc(s.Agents, func(a Agent) bool { return a.Fault.Forever })
}

// Input is the input of the request with that index.
func (s Scenario) Input(request int) string {
	if s.SameInput {
		request = 0
	}
	return InputOf(request)
}

// Honours reports whether all agents and tools of the scenario honour their
// context.
func (s Scenario) Honours() bool {
	return !slices.ContainsFunc(s.Agents, func(a Agent) bool {
		return a.Fault.IgnoresContext || slices.ContainsFunc(a.Tools, func(t mocks.ToolFault) bool { return t.IgnoresContext })
	})
}

// Bound is the longest time that clause 1 allows a request to take.
func (s Scenario) Bound(request int) time.Duration {
	setup, _ := s.Setup() // observe.Run has refused an invalid configuration
	caller := s.CallerOf(request)
	if caller.CancelBefore {
		return setup.Grace
	}
	bound := setup.Span()
	for _, d := range []time.Duration{caller.CancelAfter, caller.Deadline} {
		if d > 0 {
			bound = min(bound, d)
		}
	}
	return bound + setup.Grace
}

// CallerOf is what the caller of a request does.
func (s Scenario) CallerOf(request int) Caller {
	if s.Caller.OnlyFirst && request > 0 {
		return Caller{}
	}
	return s.Caller
}

// For is the scenario for an executor that has a policy or bounds of its own.
func (s Scenario) For(spec executor.Spec) Scenario {
	s.Config.Policy = cmp.Or(spec.Policy, s.Config.Policy)
	return s.bounded(spec.Bounds)
}

// As is the scenario as it was run with that configuration.
func (s Scenario) As(u Setup) Scenario {
	s.Config.Policy = cmp.Or(executor.Policy(u.Policy), s.Config.Policy)
	return s.bounded(executor.Bounds{Limit: u.Limit, AgentTimeout: u.AgentTimeout, Grace: u.Grace})
}

func (s Scenario) bounded(b executor.Bounds) Scenario {
	c := &s.Config
	c.AgentTimeout, c.Grace, c.Limit = cmp.Or(b.AgentTimeout, c.AgentTimeout), cmp.Or(b.Grace, c.Grace), cmp.Or(b.Limit, c.Limit)
	if s.queue != nil {
		s.Agents = s.queue(c.Limit)
	}
	return s
}

// Patience is Load.Patience with its default.
func (s Scenario) Patience() time.Duration {
	if s.Load.Patience > 0 {
		return s.Load.Patience
	}
	patience := 2*s.Bound(s.Load.Total()-1) + 200*time.Millisecond
	if s.Consumer != nil {
		patience += s.Consumer.Stalls
	}
	return patience
}

// HeapLimit is Heap with its default, in bytes.
func (s Scenario) HeapLimit() int64 {
	if s.Heap != 0 {
		return s.Heap
	}
	return defaultHeap
}
