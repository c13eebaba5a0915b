package scenarios

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// wireScenarios are calls of a real HTTP client, with its goroutines, connections
// and retries, to a server that misbehaves.
func wireScenarios() []Scenario {
	all := slices.Concat(wireHangs(), wireErrors(), wireCallers())
	for i := range all {
		all[i].finishWire()
	}
	return all
}

// wireHangs are about servers that answer slowly or not at all.
func wireHangs() []Scenario {
	ok := mocks.OnWire(mocks.WireOK)
	drip := mocks.OnWire(mocks.WireSlowDrip.For(4 * time.Millisecond))
	return []Scenario{
		{
			Name:    "wire-healthy",
			Story:   "healthy endpoints, one request after another over connections that are kept alive",
			Agents:  []Agent{{ID: "a", Fault: ok}, {ID: "b", Fault: ok, Tools: []mocks.ToolFault{mocks.ToolOK("lookup", quick)}}, {ID: "c", Fault: drip}},
			Load:    Load{Requests: 4, Sequential: true},
			Clauses: always(executor.RunsTools),
		},
		{
			Name:   "wire-hang-headers",
			Story:  "an endpoint accepts the request and never sends headers",
			Agents: agentsWith(ok, mocks.OnWire(mocks.WireHangBeforeHeaders), ok),
		},
		{
			Name:   "wire-hang-body",
			Story:  "an endpoint stops in the middle of its body",
			Agents: agentsWith(ok, mocks.OnWire(mocks.WireHangInBody), ok),
		},
		{
			Name:   "wire-slow-drip",
			Story:  "one answer arrives slowly but in time; another endpoint sends white space for ever",
			Agents: agentsWith(drip, mocks.OnWire(mocks.WireWhiteSpace.For(4*time.Millisecond)), ok),
		},
	}
}

// wireErrors are about servers that answer with errors or break off.
func wireErrors() []Scenario {
	ok := mocks.OnWire(mocks.WireOK)
	drip := mocks.OnWire(mocks.WireSlowDrip.For(4 * time.Millisecond))
	return []Scenario{
		{
			Name:   "wire-retry-after",
			Story:  "an endpoint answers 429 twice; the client waits as long as Retry-After says, then gets its answer",
			Agents: agentsWith(mocks.OnWire(busyFor(quick), busyFor(quick), mocks.WireOK), ok),
		},
		{
			Name:   "wire-retry-after-long",
			Story:  "an endpoint answers 429 with a Retry-After of half a minute, which the agent does not have",
			Agents: agentsWith(mocks.OnWire(busyFor(30*time.Second)), ok),
		},
		{
			Name:   "wire-server-error",
			Story:  "an endpoint answers 500 again and again; the client backs off for longer than the agent has",
			Agents: agentsWith(mocks.OnWire(mocks.WireServerError), ok),
		},
		{
			Name:   "wire-reset",
			Story:  "a load balancer resets the connection, and the agent has no time for the client's pause before a retry",
			Agents: agentsWith(mocks.OnWire(mocks.WireReset), ok),
		},
		{
			Name:   "wire-bad-json",
			Story:  "a proxy truncates one document and replaces another by a page of its own",
			Agents: agentsWith(mocks.OnWire(mocks.WireTruncatedJSON), mocks.OnWire(mocks.WireWrongJSON), ok),
		},
		{
			Name:   wireNoRetries,
			Story:  "the client is configured without retries: a 500 and a reset are errors at once",
			Agents: agentsWith(mocks.OnWire(mocks.WireServerError), mocks.OnWire(mocks.WireReset), drip),
		},
		{
			Name:   "wire-all-fail",
			Story:  "no endpoint answers; each fails at another time and in another way",
			Agents: agentsWith(mocks.OnWire(mocks.WireTruncatedJSON), mocks.OnWire(busyFor(slow), mocks.WireWrongJSON), mocks.OnWire(busyFor(2*slow), mocks.WireTruncatedJSON)),
		},
	}
}

// wireCallers are about callers and clients in particular situations.
func wireCallers() []Scenario {
	ok := mocks.OnWire(mocks.WireOK)
	drip := mocks.OnWire(mocks.WireSlowDrip.For(4 * time.Millisecond))
	return []Scenario{
		{
			Name:   "wire-cancel",
			Story:  "the user closes the page while calls hang before the headers, in a body and in a retry's pause",
			Agents: agentsWith(mocks.OnWire(mocks.WireHangBeforeHeaders), mocks.OnWire(mocks.WireHangInBody), mocks.OnWire(busyFor(30*time.Second))),
			Caller: Caller{CancelAfter: slow},
		},
		{
			Name:    "wire-no-context-headers",
			Story:   "a client without a context (http.Post) waits for headers that never come",
			Agents:  agentsWith(ok, mocks.OnWireIgnoring(mocks.WireHangBeforeHeaders), ok),
			Clauses: always(executor.BoundsStuck),
		},
		{
			Name:    "wire-no-context-body",
			Story:   "a client without a context waits for the rest of a body",
			Agents:  agentsWith(ok, mocks.OnWireIgnoring(mocks.WireHangInBody), ok),
			Clauses: always(executor.BoundsStuck),
		},
		{
			Name:   "wire-concurrent",
			Story:  "twenty requests at once share one client and its pool of connections",
			Agents: agentsWith(ok, mocks.OnWire(mocks.WireHangInBody), mocks.OnWire(busyFor(quick), mocks.WireOK), drip),
			Load:   Load{Requests: 20},
		},
	}
}

// busyFor is a 429 response whose Retry-After is that time.
func busyFor(d time.Duration) mocks.WireFault { return mocks.WireTooManyRequests.For(d) }

// finishWire sets what all wire scenarios share, and their clauses.
func (s *Scenario) finishWire() {
	s.overWire()
	if s.Clauses == nil {
		s.Clauses = always()
	}
}

// overWire makes it a wire scenario. Its times are longer than those of the other
// scenarios, since sockets and a server take some of it.
func (s *Scenario) overWire() {
	s.Config = config()
	s.Config.AgentTimeout, s.Config.ToolTimeout, s.Config.Grace = 3*agentTimeout, 3*agentTimeout, 2*grace
	s.RealTime = "a network read is not durably blocked"
	if s.Name != wireNoRetries {
		s.Retries = wireRetries
	}
}

const (
	// wireRetries is the default of the real client.
	wireRetries   = 2
	wireNoRetries = "wire-no-retries"
)
