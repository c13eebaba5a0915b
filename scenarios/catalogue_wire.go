package scenarios

import (
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// wireScenarios are calls of a real client, whose goroutines, connections and
// retries come between the executor and what happens on the wire.
func wireScenarios() []Scenario {
	ok := mocks.OnWire(mocks.WireOK)
	drip := mocks.OnWire(mocks.WireSlowDrip.For(4 * time.Millisecond))
	all := []Scenario{
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
			Agents: crew(ok, mocks.OnWire(mocks.WireHangBeforeHeaders), ok),
		},
		{
			Name:   "wire-hang-body",
			Story:  "an endpoint stops in the middle of its body",
			Agents: crew(ok, mocks.OnWire(mocks.WireHangInBody), ok),
		},
		{
			Name:   "wire-slow-drip",
			Story:  "one answer drips in slowly but in time, another endpoint sends white space for ever",
			Agents: crew(drip, mocks.OnWire(mocks.WireWhiteSpace.For(4*time.Millisecond)), ok),
		},
		{
			Name:   "wire-retry-after",
			Story:  "an endpoint answers 429 twice, the client waits as long as it is told, then gets its answer",
			Agents: crew(mocks.OnWire(busyFor(quick), busyFor(quick), mocks.WireOK), ok),
		},
		{
			Name:   "wire-retry-after-long",
			Story:  "an endpoint answers 429 and asks for half a minute, which the agent does not have",
			Agents: crew(mocks.OnWire(busyFor(30*time.Second)), ok),
		},
		{
			Name:   "wire-server-error",
			Story:  "an endpoint answers 500 again and again, the client backs off for longer than the agent has",
			Agents: crew(mocks.OnWire(mocks.WireServerError), ok),
		},
		{
			Name:   "wire-reset",
			Story:  "a load balancer resets the connection, and the agent has no time for the pause before the client tries again",
			Agents: crew(mocks.OnWire(mocks.WireReset), ok),
		},
		{
			Name:   "wire-bad-json",
			Story:  "a proxy cuts one document short and answers another with a page of its own",
			Agents: crew(mocks.OnWire(mocks.WireTruncatedJSON), mocks.OnWire(mocks.WireWrongJSON), ok),
		},
		{
			Name:   wireNoRetries,
			Story:  "the client is told not to try again: a 500 and a reset are errors at once",
			Agents: crew(mocks.OnWire(mocks.WireServerError), mocks.OnWire(mocks.WireReset), drip),
		},
		{
			Name:   "wire-all-fail",
			Story:  "no endpoint gives an answer, each fails in its own time and way",
			Agents: crew(mocks.OnWire(mocks.WireTruncatedJSON), mocks.OnWire(busyFor(slow), mocks.WireWrongJSON), mocks.OnWire(busyFor(2*slow), mocks.WireTruncatedJSON)),
		},
		{
			Name:   "wire-cancel",
			Story:  "the user closes the page while calls hang before the headers, in a body and in a retry's pause",
			Agents: crew(mocks.OnWire(mocks.WireHangBeforeHeaders), mocks.OnWire(mocks.WireHangInBody), mocks.OnWire(busyFor(30*time.Second))),
			Caller: Caller{CancelAfter: slow},
		},
		{
			Name:    "wire-no-context-headers",
			Story:   "a client that is handed no context (http.Post) waits for headers that never come",
			Agents:  crew(ok, mocks.OnWireIgnoring(mocks.WireHangBeforeHeaders), ok),
			Clauses: always(executor.BoundsStuck),
		},
		{
			Name:    "wire-no-context-body",
			Story:   "a client that is handed no context waits for the rest of a body",
			Agents:  crew(ok, mocks.OnWireIgnoring(mocks.WireHangInBody), ok),
			Clauses: always(executor.BoundsStuck),
		},
		{
			Name:   "wire-concurrent",
			Story:  "twenty requests at once share one client and its pool of connections",
			Agents: crew(ok, mocks.OnWire(mocks.WireHangInBody), mocks.OnWire(busyFor(quick), mocks.WireOK), drip),
			Load:   Load{Requests: 20},
		},
	}
	for i := range all {
		all[i].finishWire()
	}
	return all
}

// busyFor is a 429 that asks for that time.
func busyFor(d time.Duration) mocks.WireFault { return mocks.WireTooManyRequests.For(d) }

// finishWire fills in what all wire scenarios share. Their times are longer
// than those of the mocks: sockets and a server stand in between.
func (s *Scenario) finishWire() {
	s.Config = config()
	s.Config.AgentTimeout, s.Config.ToolTimeout, s.Config.Grace = 3*agentTimeout, 3*agentTimeout, 2*grace
	s.RealTime = "a network read is not durably blocked"
	if s.Clauses == nil {
		s.Clauses = always()
	}
	if s.Name != wireNoRetries {
		s.Retries = wireRetries
	}
}

const (
	// wireRetries is the client's own default.
	wireRetries   = 2
	wireNoRetries = "wire-no-retries"
)
