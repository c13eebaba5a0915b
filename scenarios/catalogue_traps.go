package scenarios

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// traps are situations that each reveal one defect which ordinary ones do not
// reveal. Each was added for a mutant of internal/mutants that had survived.
func traps() []Scenario {
	return slices.Concat(queueTraps(), toolTraps(), callerTraps(), longTraps())
}

// queueTraps are about agents that wait for their turn.
func queueTraps() []Scenario {
	two := config()
	two.Limit = 2
	failFast := two
	failFast.Policy = executor.FailFast
	return []Scenario{
		{
			Name:   "fail-fast-queue",
			Story:  "one agent fails while others wait for their turn: these are not needed any more",
			Agents: agentsWith(mocks.Fail(quick), mocks.Late(midway), mocks.Late(midway), mocks.Respond(quick), mocks.Respond(quick)),
			Config: failFast, Clauses: always(executor.RespectsLimit),
		},
		{
			Name:   "limit-cancel-ignoring",
			Story:  "the user closes the page while agents that ignore their context hold all places",
			Agents: agentsWith(mocks.HangIgnoring(), mocks.HangIgnoring(), mocks.Respond(quick), mocks.Respond(quick)),
			Caller: Caller{CancelAfter: slow},
			Config: two, Clauses: always(executor.RespectsLimit, executor.BoundsStuck),
		},
	}
}

// toolTraps are about chains of tools and about tools that get stuck.
func toolTraps() []Scenario {
	impatient := roomyTime()
	impatient.MaxStuck, impatient.Backoff = 2, 6*agentTimeout
	return []Scenario{
		{
			Name:  "tool-chain",
			Story: "the tools of a chain take longer together than a single tool may",
			Agents: []Agent{{ID: "a", Fault: mocks.Respond(quick), Tools: []mocks.ToolFault{
				mocks.ToolOK("first", midway), mocks.ToolOK("second", midway), mocks.ToolOK("third", quick),
			}}, {ID: "b", Fault: mocks.Respond(quick)}},
			Config: config(), Clauses: always(executor.RunsTools),
		},
		{
			Name:   "stuck-tool",
			Story:  "a healthy agent asks for a dead tool again and again",
			Agents: []Agent{{ID: "a", Fault: mocks.Respond(quick), Tools: []mocks.ToolFault{mocks.ToolHangIgnoring("search")}}, {ID: "b", Fault: mocks.Respond(quick)}},
			Load:   Load{Requests: 12, Sequential: true},
			Config: impatient, Clauses: always(executor.RunsTools, executor.BoundsStuck),
		},
	}
}

// callerTraps are about what the caller does.
func callerTraps() []Scenario {
	return []Scenario{
		{
			Name:   "foreign-context",
			Story:  "a web framework's own context type, which does not end with the request",
			Agents: agentsWith(mocks.Respond(quick), mocks.Fail(quick), mocks.Respond(midway)),
			Caller: Caller{Foreign: true},
			Config: config(), Clauses: always(),
		},
		{
			Name:   "cancel-failing",
			Story:  "the user closes the page after one agent has failed: no retry after the caller has left",
			Agents: agentsWith(mocks.Fail(quick), mocks.HangIgnoring()),
			Caller: Caller{CancelAfter: midway},
			Config: config(), Clauses: always(executor.BoundsStuck),
		},
	}
}

// longTraps are about what a long-lived executor keeps and remembers.
func longTraps() []Scenario {
	impatient := config()
	impatient.MaxStuck, impatient.Backoff = 2, 3*agentTimeout
	return []Scenario{
		{
			Name:     "recovery-by-trial",
			Story:    "an agent is stuck for so many calls that it is shut out, then answers again",
			Agents:   agentsWith(mocks.RecoverAfter(3, mocks.HangIgnoring(), mocks.Respond(quick)), mocks.Respond(quick)),
			Load:     Load{Requests: 12, Every: agentTimeout},
			Config:   impatient,
			Recovers: true,
			Clauses:  always(executor.BoundsStuck),
		},
		{
			Name:   "retention",
			Story:  "one executor serves thousands of requests: what does it keep of them?",
			Agents: repeated(6, mocks.Respond(0)),
			Load:   Load{Requests: 4000, Sequential: true, Patience: 10 * time.Second},
			Heap:   2 << 20,
			Config: wide(), Clauses: []executor.Clause{executor.LeavesNothing},
			RealTime: "the heap belongs to the whole process, and is not measured in a bubble",
		},
	}
}
