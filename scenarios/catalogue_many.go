package scenarios

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// many is how many agents meet the same chance. A defect that loses one result of two
// at random keeps all of them less than once in 65,000 calls.
const many = 16

// chances are about moments at which an executor may choose at random: many agents
// answer when something else has just ended. Each has several requests, for defects
// that choose once in a call.
func chances() []Scenario {
	all := slices.Concat(manyLate(), manyBesideFailure(), manyAtTheEnd())
	for i := range all {
		all[i].Load = severalRequests
	}
	return all
}

// manyLate are about agents that ignore their context and answer after its end.
func manyLate() []Scenario {
	lateBy := func(end time.Duration) []Agent {
		return each(many, func(i int) mocks.Fault { return mocks.Late(end + time.Duration(1+i%3)*quick) })
	}
	return []Scenario{
		{
			Name:   "many-late",
			Story:  "many agents that ignore their context answer shortly after their time, within Grace",
			Agents: lateBy(agentTimeout),
			Config: roomyGrace(), Clauses: always(),
		},
		{
			Name:   "many-late-cancel",
			Story:  "the user closes the page, and many agents that ignore it answer shortly after, within Grace",
			Agents: lateBy(midway),
			Caller: Caller{CancelAfter: midway},
			Config: roomyGrace(), Clauses: always(),
		},
		{
			Name:   "many-late-deadline",
			Story:  "the gateway's deadline passes, and many agents that ignore it answer shortly after, within Grace",
			Agents: lateBy(midway),
			Caller: Caller{Deadline: midway},
			Config: roomyGrace(), Clauses: always(),
		},
	}
}

// manyBesideFailure are about the siblings of an agent that fails.
func manyBesideFailure() []Scenario {
	return []Scenario{
		{
			Name:   "many-after-failure",
			Story:  "one agent fails, and many siblings answer at that moment and shortly after",
			Agents: slices.Concat(agentsWith(mocks.Fail(quick)), eachFrom(1, many, func(i int) mocks.Fault { return mocks.Respond(quick + time.Duration(i%3)*quick) })),
			Config: config(), Clauses: always(executor.Survives),
		},
		{
			Name:   "many-late-failure",
			Story:  "one agent fails, and many siblings that ignore their context answer shortly after, within Grace",
			Agents: slices.Concat(agentsWith(mocks.Fail(quick)), eachFrom(1, many, func(i int) mocks.Fault { return mocks.Late(2*quick + time.Duration(i%2)*quick) })),
			Config: withPolicy(executor.CollectErrors), Clauses: always(),
		},
		{
			Name:   "many-fail-fast",
			Story:  "one agent fails, many hang, and the caller wants to know of the failure at once, again and again",
			Agents: slices.Concat(agentsWith(mocks.Fail(quick)), eachFrom(1, many, func(int) mocks.Fault { return mocks.Hang() })),
			Config: withPolicy(executor.FailFast), Clauses: always(),
		},
	}
}

// manyAtTheEnd are about the very moment at which the call's time is over.
func manyAtTheEnd() []Scenario {
	return []Scenario{
		{
			Name:   "many-at-end",
			Story:  "many agents return what they have at the moment at which their time is over",
			Agents: repeated(many, mocks.AnswerAtEnd()),
			Config: config(), Clauses: always(),
		},
		{
			Name:   "many-at-cancel",
			Story:  "the user closes the page, and many agents return what they have at that moment",
			Agents: repeated(many, mocks.AnswerAtEnd()),
			Caller: Caller{CancelAfter: midway},
			Config: config(), Clauses: always(),
		},
		{
			Name:   "many-cancel-before",
			Story:  "requests that were cancelled before they started: no agent of many may start",
			Agents: repeated(many, mocks.Respond(quick)),
			Caller: Caller{CancelBefore: true},
			Config: config(), Clauses: always(),
		},
	}
}

// severalRequests are as many as an Observation describes.
var severalRequests = Load{Requests: 12, Sequential: true}

// each is n agents, with the fault for each index.
func each(n int, fault func(i int) mocks.Fault) []Agent { return eachFrom(0, n, fault) }

// eachFrom is n agents whose indexes begin at first.
func eachFrom(first, n int, fault func(i int) mocks.Fault) (agents []Agent) {
	for i := first; i < first+n; i++ {
		agents = append(agents, Agent{ID: agentID(i), Fault: fault(i)})
	}
	return agents
}
