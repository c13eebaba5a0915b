package scenarios

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// brokenAgents are about agents that break the rules of their interface, and
// about lists of agents that are invalid.
func brokenAgents() []Scenario {
	return slices.Concat(endedGoroutines(), badAnswers(), invalidLists())
}

// endedGoroutines are about panics and runtime.Goexit.
func endedGoroutines() []Scenario {
	healthy := mocks.Respond(midway)
	return []Scenario{
		{
			Name:   "panic",
			Story:  "a bug in one agent's response parser panics",
			Agents: agentsWith(healthy, mocks.PanicAfter(quick), healthy),
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "panic-alone",
			Story:  "the only agent panics",
			Agents: agentsWith(mocks.PanicAfter(quick)),
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "goexit",
			Story:  "a test helper inside an agent calls t.FailNow, which ends the goroutine",
			Agents: agentsWith(healthy, mocks.GoexitAfter(quick), healthy),
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "goexit-alone",
			Story:  "the only agent calls runtime.Goexit",
			Agents: agentsWith(mocks.GoexitAfter(quick)),
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "panic-fast",
			Story:  "one agent panics, the others hang, and the caller wants to know of a failure at once",
			Agents: agentsWith(mocks.Hang(), mocks.PanicAfter(quick), mocks.Hang()),
			Config: withPolicy(executor.FailFast), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "goexit-fast",
			Story:  "one agent calls runtime.Goexit, the others hang, and the caller wants to know of a failure at once",
			Agents: agentsWith(mocks.Hang(), mocks.GoexitAfter(quick), mocks.Hang()),
			Config: withPolicy(executor.FailFast), Clauses: always(executor.Survives), MayCrash: true,
		},
	}
}

// badAnswers are about answers that break the rules of the interface.
func badAnswers() []Scenario {
	healthy := mocks.Respond(midway)
	return []Scenario{
		{
			Name:   "nil-response",
			Story:  "a client returns nil, nil for an empty body",
			Agents: agentsWith(healthy, mocks.NilResponse(quick)),
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "nil-response-alone",
			Story:  "the only agent returns nil, nil",
			Agents: agentsWith(mocks.NilResponse(quick)),
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "wrong-id",
			Story:  "a proxy mixes up answers: a response carries another ID than its agent",
			Agents: agentsWith(healthy, mocks.WrongID(quick)),
			IDs:    true,
			Config: config(), Clauses: always(),
		},
	}
}

// invalidLists are about lists of agents that are invalid or empty.
func invalidLists() []Scenario {
	healthy := mocks.Respond(midway)
	return []Scenario{
		{
			Name:  "duplicate-id",
			Story: "a configuration lists an agent twice, the second time with tools",
			Agents: []Agent{
				{ID: "a", Fault: mocks.Respond(quick)},
				{ID: "b", Fault: mocks.Respond(quick)},
				{ID: "a", Fault: mocks.Respond(slow), Tools: []mocks.ToolFault{mocks.ToolOK("lookup", quick)}},
			},
			IDs:    true,
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "empty-id",
			Story:  "a configuration forgets an agent's ID",
			Agents: []Agent{{ID: "a", Fault: healthy}, {ID: "", Fault: healthy}},
			IDs:    true,
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "nil-agent",
			Story:  "a failed lookup leaves a nil agent in the list",
			Agents: []Agent{{ID: "a", Fault: healthy}, {Nil: true}, {ID: "c", Fault: healthy}},
			IDs:    true,
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		},
		{
			Name:   "no-agents",
			Story:  "a filter removes every agent of this request",
			Config: config(), Clauses: always(executor.Survives),
		},
	}
}

// toolScenarios are about the tool calls that a response asks for.
func toolScenarios() []Scenario {
	return slices.Concat(hangingTools(), failingTools())
}

// hangingTools are about tools that hang, and about chains that are ended.
func hangingTools() []Scenario {
	long := config()
	long.ToolTimeout = agentTimeout
	return []Scenario{
		{
			Name:   "tool-hang",
			Story:  "a tool's back end hangs; the tool honours its context",
			Agents: withTools(mocks.ToolHang("search")),
			Config: config(), Clauses: always(executor.RunsTools),
		},
		{
			Name:   "tool-hang-ignoring",
			Story:  "a tool hangs and ignores its context",
			Agents: withTools(mocks.ToolHangIgnoring("search")),
			Config: roomyTime(), Clauses: always(executor.RunsTools, executor.BoundsStuck),
		},
		{
			Name:   "tool-chain-cancelled",
			Story:  "the user closes the page in the middle of a chain of tool calls",
			Agents: withTools(mocks.ToolOK("first", quick), mocks.ToolOK("second", slow), mocks.ToolOK("third", quick), mocks.ToolOK("fourth", quick)),
			Caller: Caller{CancelAfter: slow},
			Config: long, Clauses: always(executor.RunsTools),
		},
		{
			Name:   "tool-chain-timeout",
			Story:  "a chain of tool calls takes longer than the agent's time",
			Agents: withTools(mocks.ToolOK("first", slow), mocks.ToolOK("second", slow), mocks.ToolOK("third", quick), mocks.ToolOK("fourth", quick)),
			Config: long, Clauses: always(executor.RunsTools),
		},
	}
}

// failingTools are about tools that fail, panic or call runtime.Goexit.
func failingTools() []Scenario {
	return []Scenario{
		{
			Name:   "tool-fail",
			Story:  "one tool of a chain fails, the response and the other tools do not",
			Agents: withTools(mocks.ToolOK("first", quick), mocks.ToolFail("second", quick), mocks.ToolOK("third", quick)),
			Config: config(), Clauses: always(executor.RunsTools),
		},
		{
			Name:   "tool-panic",
			Story:  "a tool panics on arguments that the model made up",
			Agents: withTools(mocks.ToolPanic("parse"), mocks.ToolOK("second", quick)),
			Config: config(), Clauses: always(executor.Survives, executor.RunsTools), MayCrash: true,
		},
		{
			Name:   "tool-goexit",
			Story:  "a tool calls runtime.Goexit",
			Agents: withTools(mocks.ToolGoexit("exit"), mocks.ToolOK("second", quick)),
			Config: config(), Clauses: always(executor.Survives, executor.RunsTools), MayCrash: true,
		},
	}
}

// roomyTime is config with an AgentTimeout that is long enough for a tool to use
// up all of its own time and Grace.
func roomyTime() executor.Config {
	c := config()
	c.AgentTimeout = 2 * agentTimeout
	return c
}

// withTools is an agent with these tools, and a healthy one without tools.
func withTools(tools ...mocks.ToolFault) []Agent {
	return []Agent{{ID: "a", Fault: mocks.Respond(quick), Tools: tools}, {ID: "b", Fault: mocks.Respond(quick)}}
}
