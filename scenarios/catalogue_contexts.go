package scenarios

import (
	"context"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// contexts are about contexts: what reaches the agents, and what stays open.
func contexts() []Scenario {
	long := config()
	long.AgentTimeout = 100 * agentTimeout
	queue := long
	queue.Limit = 2
	return []Scenario{
		{
			Name:   "long-timeout",
			Story:  "overlapping requests with a long time-out: no context may stay open until it is over",
			Agents: agentsWith(mocks.Respond(quick), mocks.Respond(quick), mocks.Respond(midway), mocks.Fail(quick), mocks.Respond(slow)),
			Load:   Load{Requests: 8, Every: 2 * quick, Patience: 10 * agentTimeout},
			Config: long, Clauses: always(),
		},
		{
			Name:   "limit-long-timeout",
			Story:  "overlapping requests with a queue and a long time-out: no context may stay open until it is over",
			Agents: repeated(8, mocks.Respond(quick)),
			Load:   Load{Requests: 8, Every: 2 * quick, Patience: 10 * agentTimeout},
			Config: queue, Clauses: always(executor.RespectsLimit),
		},
		{
			Name:   "cancel-cause",
			Story:  "a caller cancels with a cause, and the agents log it",
			Agents: repeated(many, mocks.Hang()),
			Caller: Caller{CancelAfter: midway, Cause: "the user has closed the page"},
			Load:   Load{Requests: 4, Sequential: true},
			Config: config(), Clauses: always(),
		},
		{
			Name:      "one-caller-cancels",
			Story:     "users ask for the same at nearly the same time, and the first of them closes the page",
			Agents:    repeated(3, mocks.Respond(slow)),
			Caller:    Caller{CancelAfter: midway, OnlyFirst: true},
			Load:      Load{Requests: 4, Every: 2 * quick},
			SameInput: true,
			Config:    config(), Clauses: always(),
		},
	}
}

// ownContextErrors are about agents whose own error looks like the end of a context:
// a server that has reset a stream, a client with a time-out of its own.
func ownContextErrors() []Scenario {
	canceled := mocks.FailWith(quick, context.Canceled)
	wrapped := mocks.FailWrapping(quick, context.Canceled)
	expired := mocks.FailWith(quick, context.DeadlineExceeded)
	beside := func(f mocks.Fault) []Agent { return agentsWith(mocks.Respond(midway), f, mocks.Respond(slow)) }
	return []Scenario{
		{
			Name:   "fail-canceled",
			Story:  "a server resets one stream: the agent fails with context.Canceled, though nobody has cancelled",
			Agents: beside(canceled),
			Config: withPolicy(executor.CollectErrors), Clauses: always(),
		},
		{
			Name:   "fail-canceled-wrapped",
			Story:  "an agent's error wraps context.Canceled, though nobody has cancelled",
			Agents: beside(wrapped),
			Config: withPolicy(executor.FirstError), Clauses: always(),
		},
		{
			Name:   "fail-canceled-fast",
			Story:  "an agent fails with context.Canceled, and the caller wants to know of a failure at once",
			Agents: agentsWith(mocks.Respond(midway), canceled, mocks.Hang()),
			Config: withPolicy(executor.FailFast), Clauses: always(),
		},
		{
			Name:   "all-fail-canceled",
			Story:  "a server that restarts resets every stream: all agents fail with context.Canceled",
			Agents: repeated(3, canceled),
			Config: config(), Clauses: always(),
		},
		{
			Name:   "fail-deadline",
			Story:  "one agent's own client times out: it fails with context.DeadlineExceeded long before its time is over",
			Agents: beside(expired),
			Config: withPolicy(executor.CollectErrors), Clauses: always(),
		},
	}
}

// firstAgents are about the first agent, which an executor may run on the goroutine
// of its caller: it ends badly while its siblings run.
func firstAgents() []Scenario {
	siblings := []mocks.Fault{mocks.Respond(midway), mocks.Respond(slow), mocks.Respond(quick)}
	first := func(name, does string, f mocks.Fault) Scenario {
		return Scenario{
			Name:   "first-" + name,
			Story:  "the first agent " + does + " while its siblings run",
			Agents: agentsWith(slices.Concat([]mocks.Fault{f}, siblings)...),
			Config: config(), Clauses: always(executor.Survives), MayCrash: true,
		}
	}
	return []Scenario{
		first("fails", "fails", mocks.Fail(quick)),
		first("panics", "panics", mocks.PanicAfter(quick)),
		first("goexit", "calls runtime.Goexit", mocks.GoexitAfter(quick)),
	}
}

// answers are about what an answer may look like, and about waiting for it.
func answers() []Scenario {
	const long = 256 << 10
	bare := agentsWith(mocks.RespondEmpty(quick), mocks.RespondEmpty(midway), mocks.Respond(quick))
	for i := range bare {
		bare[i].Bare = true
	}
	bare[2].Tools = []mocks.ToolFault{mocks.ToolOK("lookup", quick)}
	return []Scenario{
		{
			Name:   "bare",
			Story:  "agents and answers without their optional fields, and a configuration of defaults",
			Agents: bare,
			Load:   Load{Patience: time.Second},
			Config: executor.Config{}, Clauses: always(executor.RunsTools),
		},
		{
			Name:   "default-grace",
			Story:  "an agent answers within the default Grace",
			Agents: agentsWith(mocks.Respond(quick), mocks.Late(agentTimeout+midway)),
			Config: executor.Config{AgentTimeout: agentTimeout}, Clauses: always(),
		},
		{
			Name:   "long-answers",
			Story:  "long answers arrive after one agent has failed",
			Agents: agentsWith(mocks.Fail(quick), mocks.RespondLong(slow, long), mocks.RespondLong(2*quick, long), mocks.RespondLong(agentTimeout-2*quick, long)),
			Config: config(), Clauses: always(executor.Survives),
		},
		{
			Name:  "one-of-many-fails",
			Story: "one of 64 tasks fails, and the others hang until their context is done",
			Agents: each(64, func(i int) mocks.Fault {
				return map[bool]mocks.Fault{true: mocks.Fail(quick), false: mocks.Hang()}[i == 5]
			}),
			Config: withPolicy(executor.FailFast), Clauses: always(),
		},
		{
			Name:   "first-error",
			Story:  "the caller waits for all agents and logs the first failure",
			Agents: agentsWith(mocks.Respond(slow), mocks.FailWrapped(midway), mocks.Fail(quick), mocks.Respond(quick)),
			Config: withPolicy(executor.FirstError), Clauses: always(),
		},
	}
}
