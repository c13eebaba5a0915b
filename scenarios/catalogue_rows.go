package scenarios

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// matrixRows are the seven rows of the compatibility matrix.
func matrixRows() []Scenario {
	return slices.Concat(answeredRows(), failedRows())
}

// answeredRows are the rows about answers, time and the caller.
func answeredRows() []Scenario {
	return []Scenario{
		{
			Name: "normal", MatrixRow: "Normal execution",
			Story:  "five agents answer at their own pace, one of them with a tool",
			Agents: append(agentsWith(mocks.Respond(quick), mocks.Respond(midway), mocks.Respond(slow), mocks.Respond(quick)), Agent{ID: "e", Fault: mocks.Respond(quick), Tools: []mocks.ToolFault{mocks.ToolOK("lookup", quick)}}),
			Config: config(), Clauses: always(executor.RunsTools),
		},
		{
			Name: "timeout", MatrixRow: "With timeout",
			Story:  "one model endpoint hangs until its deadline, the others answer",
			Agents: agentsWith(mocks.Respond(quick), mocks.Hang(), mocks.Respond(slow)),
			Config: config(), Clauses: always(),
		},
		{
			Name: "cancel", MatrixRow: "Context cancel",
			Story:  "the user closes the page while all agents are still at work",
			Agents: repeated(3, mocks.Hang()),
			Caller: Caller{CancelAfter: midway},
			Config: config(), Clauses: always(),
		},
	}
}

// failedRows are the rows about failures and what is left.
func failedRows() []Scenario {
	return []Scenario{
		{
			Name: "error", MatrixRow: "Error handling",
			Story:  "one agent's API answers 500 after the others have answered",
			Agents: agentsWith(mocks.Respond(quick), mocks.Fail(slow), mocks.Respond(quick)),
			Config: config(), Clauses: always(executor.Survives),
		},
		{
			Name: "partial-success", MatrixRow: "Partial success",
			Story:  "one agent fails at once while its four siblings are still at work",
			Agents: agentsWith(mocks.Respond(slow), mocks.Fail(quick), mocks.Respond(slow), mocks.Respond(midway+quick), mocks.Respond(slow)),
			Config: config(), Clauses: always(executor.Survives),
		},
		{
			Name: "all-fail", MatrixRow: "All failures",
			Story:  "the provider is down: every agent fails, one after the other",
			Agents: agentsWith(mocks.Fail(slow), mocks.Fail(quick), mocks.FailWrapped(2*midway+quick+quick)),
			Config: config(), Clauses: always(),
		},
		{
			Name: "cleanup", MatrixRow: "Goroutine cleanup",
			Story:  "two agents ignore their context and the caller has a deadline: what is left?",
			Agents: agentsWith(mocks.Respond(quick), mocks.HangIgnoring(), mocks.HangIgnoring(), mocks.Respond(slow)),
			Caller: Caller{Deadline: agentTimeout - 2*quick},
			Config: config(), Clauses: always(executor.BoundsStuck),
		},
	}
}
