package scenarios

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// endings are about what ends the call: the agents, their time or the caller.
func endings() []Scenario {
	return slices.Concat(hangs(), callerEnds(), lateAgents())
}

// hangs are about agents that hang until their own time is over, or for ever.
func hangs() []Scenario {
	return []Scenario{
		{
			Name:   "hang-honouring",
			Story:  "every endpoint hangs, and the client library honours the context",
			Agents: repeated(3, mocks.Hang()),
			Config: config(), Clauses: always(),
		},
		{
			Name:   "hang-ignoring",
			Story:  "a client without a context parameter waits for an answer that never comes",
			Agents: repeated(3, mocks.HangIgnoring()),
			Config: config(), Clauses: always(executor.BoundsStuck),
		},
		{
			Name:   "hang-ignoring-one",
			Story:  "one of four agents ignores its context for ever, the others answer",
			Agents: agentsWith(mocks.Respond(quick), mocks.HangIgnoring(), mocks.Respond(slow), mocks.Respond(quick)),
			Config: config(), Clauses: always(executor.BoundsStuck),
		},
	}
}

// callerEnds are about callers that cancel or have a deadline.
func callerEnds() []Scenario {
	return []Scenario{
		{
			Name:   "cancel-before",
			Story:  "the request was cancelled before the call started",
			Agents: repeated(3, mocks.Respond(quick)),
			Caller: Caller{CancelBefore: true},
			Config: config(), Clauses: always(),
		},
		{
			Name:   "cancel-ignored",
			Story:  "the user closes the page, and an agent does not notice",
			Agents: agentsWith(mocks.HangIgnoring(), mocks.Hang()),
			Caller: Caller{CancelAfter: midway},
			Config: config(), Clauses: always(executor.BoundsStuck),
		},
		{
			Name:   "cancel-partial",
			Story:  "the user closes the page when some agents have answered",
			Agents: agentsWith(mocks.Respond(quick), mocks.Hang(), mocks.Respond(quick), mocks.Hang()),
			Caller: Caller{CancelAfter: slow},
			Config: config(), Clauses: always(),
		},
		{
			Name:   "caller-deadline",
			Story:  "the gateway's deadline is shorter than the agents' time",
			Agents: agentsWith(mocks.Respond(quick), mocks.Hang(), mocks.Hang()),
			Caller: Caller{Deadline: slow},
			Config: config(), Clauses: always(),
		},
		{
			Name:   "caller-deadline-none",
			Story:  "the gateway's deadline passes before any agent has answered",
			Agents: repeated(3, mocks.Hang()),
			Caller: Caller{Deadline: slow},
			Config: config(), Clauses: always(),
		},
	}
}

// lateAgents are about agents that end after their time.
func lateAgents() []Scenario {
	return []Scenario{
		{
			Name:   "late-in-grace",
			Story:  "an agent that ignores its context answers shortly after its time, within Grace",
			Agents: agentsWith(mocks.Respond(quick), mocks.Late(agentTimeout+3*quick)),
			Config: roomyGrace(), Clauses: always(),
		},
		{
			Name:   "late-after-return",
			Story:  "an agent answers long after the caller continued with the other results",
			Agents: agentsWith(mocks.Respond(quick), mocks.Late(agentTimeout+grace+slow), mocks.Respond(quick)),
			Config: config(), Clauses: always(executor.BoundsStuck),
		},
		{
			Name:   "busy",
			Story:  "an agent computes and never checks its context",
			Agents: agentsWith(mocks.Respond(quick), mocks.Busy(agentTimeout+2*grace+slow)),
			Config: roomyGrace(), Clauses: always(executor.BoundsStuck),
			RealTime: "the agent computes, and time in a bubble stands still while a goroutine runs",
		},
	}
}

// roomyGrace is config with a Grace that is long enough for an agent to answer
// within it, and for a busy machine to keep it.
func roomyGrace() executor.Config {
	c := config()
	c.Grace = 2 * grace
	return c
}

// failures are about errors of agents, and what each policy does with them.
func failures() []Scenario {
	return slices.Concat(failingAgents(), policies())
}

// failingAgents are about what agents return under the default policy.
func failingAgents() []Scenario {
	return []Scenario{
		{
			Name:   "one-fails",
			Story:  "the provider refuses one agent; its slow siblings need all their time",
			Agents: agentsWith(mocks.Fail(0), mocks.SlowDrip(4, 2*quick), mocks.Respond(slow+midway)),
			Config: config(), Clauses: always(executor.Survives),
		},
		{
			Name:   "all-fail-context",
			Story:  "every agent's own client times out before the agent's context does",
			Agents: repeated(3, mocks.FailContext()),
			Config: config(), Clauses: always(),
		},
		{
			Name:   "fail-and-hang",
			Story:  "one agent fails, the others hang: no result at all",
			Agents: agentsWith(mocks.Hang(), mocks.Fail(quick), mocks.Hang()),
			Config: config(), Clauses: always(),
		},
		{
			Name:   "flaky",
			Story:  "an endpoint fails every third time",
			Agents: agentsWith(mocks.FlakyEvery(3, mocks.Fail(quick), mocks.Respond(quick)), mocks.Respond(midway)),
			Load:   Load{Requests: 6, Sequential: true},
			Config: config(), Clauses: always(),
		},
		{
			Name:   "slow-drip",
			Story:  "an answer streams in pieces, in time; another's stream never ends",
			Agents: agentsWith(mocks.SlowDrip(6, quick), mocks.SlowDrip(1000, quick)),
			Config: config(), Clauses: always(),
		},
	}
}

// policies are about the other two policies.
func policies() []Scenario {
	return []Scenario{
		{
			Name:   "fail-fast",
			Story:  "the caller needs all answers or none, and wants to know of a failure at once",
			Agents: agentsWith(mocks.Respond(slow), mocks.Fail(quick), mocks.Hang()),
			Config: withPolicy(executor.FailFast), Clauses: always(),
		},
		{
			Name:   "fail-fast-cancel",
			Story:  "the caller needs all answers or none, and closes the page while some agents are at work",
			Agents: agentsWith(mocks.Respond(quick), mocks.Hang(), mocks.Hang()),
			Caller: Caller{CancelAfter: midway},
			Config: withPolicy(executor.FailFast), Clauses: always(),
		},
		{
			Name:   "fail-fast-clean-up",
			Story:  "one agent fails, and the others need a moment to clean up before they stop",
			Agents: agentsWith(mocks.StopAfter(quick), mocks.Fail(quick), mocks.StopAfter(2*quick)),
			Config: withPolicy(executor.FailFast), Clauses: always(),
		},
		{
			Name:   "cancel-clean-up",
			Story:  "the user closes the page, and the agents need a moment to clean up before they stop",
			Agents: agentsWith(mocks.StopAfter(quick), mocks.StopAfter(2*quick), mocks.Respond(quick)),
			Caller: Caller{CancelAfter: midway},
			Config: config(), Clauses: always(),
		},
		{
			Name:   "collect-errors",
			Story:  "the caller uses the results that there are and logs every failure",
			Agents: agentsWith(mocks.Respond(slow), mocks.Fail(quick), mocks.FailWrapped(midway), mocks.Respond(quick)),
			Config: withPolicy(executor.CollectErrors), Clauses: always(),
		},
		{
			Name:   "collect-errors-hang",
			Story:  "the caller uses the results that there are, and one agent never answers",
			Agents: agentsWith(mocks.Respond(quick), mocks.HangIgnoring(), mocks.Fail(midway)),
			Config: withPolicy(executor.CollectErrors), Clauses: always(executor.BoundsStuck),
		},
	}
}

// withPolicy is config with another policy.
func withPolicy(p executor.Policy) executor.Config {
	c := config()
	c.Policy = p
	return c
}
