package scenarios

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// largeScenarios are about many agents or many requests.
func largeScenarios() []Scenario {
	return slices.Concat(manyAgents(), manyRequests())
}

// manyAgents are about many agents, and about Config.Limit.
func manyAgents() []Scenario {
	return []Scenario{
		{
			Name:   "wide",
			Story:  "a fan-out over a thousand agents",
			Agents: repeated(1000, mocks.Respond(quick)),
			Config: wide(), Clauses: always(),
		},
		{
			Name:   "limit",
			Story:  "seven agents against a provider that allows two calls at a time",
			Agents: repeated(7, mocks.Respond(midway)),
			Config: limited(2), Clauses: always(executor.RespectsLimit),
		},
		{
			Name:   "limit-queue",
			Story:  "the last agents wait in the queue for longer than an agent's time",
			Agents: repeated(6, mocks.Respond(slow+midway)),
			Config: limited(2), Clauses: always(executor.RespectsLimit),
		},
		{
			Name:   "limit-cancel",
			Story:  "the user closes the page while agents wait for their turn",
			Agents: repeated(6, mocks.Respond(midway)),
			Caller: Caller{CancelAfter: slow},
			Config: limited(2), Clauses: always(executor.RespectsLimit),
		},
		{
			Name:   "limit-cancel-collect",
			Story:  "the user closes the page while most of sixteen agents wait for their turn: a nil error would hide them",
			Agents: repeated(16, mocks.Respond(midway)),
			Caller: Caller{CancelAfter: slow},
			Config: collecting(limited(4)), Clauses: always(executor.RespectsLimit),
		},
	}
}

// manyRequests are about many requests to one executor.
func manyRequests() []Scenario {
	history := config()
	history.History = []executor.Message{{Role: "user", Content: "hello"}, {Role: "assistant", Content: "hello"}}
	return []Scenario{
		{
			Name:   "sequential-reuse",
			Story:  "one executor serves a hundred requests, one after the other",
			Agents: agentsWith(mocks.Respond(time.Millisecond), mocks.Respond(2*time.Millisecond), mocks.Fail(time.Millisecond)),
			Load:   Load{Requests: 100, Sequential: true},
			Config: config(), Clauses: always(),
		},
		{
			Name:   "concurrent",
			Story:  "a hundred requests at once share one executor and its agents",
			Agents: append(agentsWith(mocks.Respond(quick), mocks.Respond(2*quick), mocks.Fail(quick), mocks.Respond(midway)), Agent{ID: "e", Fault: mocks.Respond(quick), Tools: []mocks.ToolFault{mocks.ToolOK("lookup", quick)}}),
			Load:   Load{Requests: 100},
			Config: wide(), Clauses: always(executor.RunsTools),
		},
		{
			Name:   "concurrent-hang",
			Story:  "a hundred requests at once, with agents that hang and honour the context",
			Agents: agentsWith(mocks.Respond(quick), mocks.Hang(), mocks.Fail(2*quick)),
			Load:   Load{Requests: 100},
			Config: wide(), Clauses: always(),
		},
		{
			Name:   "concurrent-cancel",
			Story:  "a hundred users close the page at once",
			Agents: agentsWith(mocks.Respond(quick), mocks.Hang(), mocks.Hang()),
			Caller: Caller{CancelAfter: slow},
			Load:   Load{Requests: 100},
			Config: wide(), Clauses: always(),
		},
		{
			Name:          "shared-history",
			Story:         "every agent appends its turn to the conversation that it received",
			Agents:        repeated(4, mocks.Respond(quick)),
			AppendHistory: true,
			Config:        history, Clauses: always(),
		},
	}
}

// wide is config with more time: many agents need some of it just to start.
func wide() executor.Config {
	c := config()
	c.AgentTimeout, c.Grace = 2*agentTimeout, 2*grace
	return c
}

// outliving is about what is left after a call, and for how long.
func outliving() []Scenario {
	return slices.Concat(leftRunning(), leftForATime())
}

// leftRunning are about what an agent starts or never ends.
func leftRunning() []Scenario {
	impatient := config()
	impatient.MaxStuck, impatient.Backoff = 2, 3*agentTimeout
	return []Scenario{
		{
			Name:   "agent-leaks",
			Story:  "an agent starts a goroutine of its own and forgets it",
			Agents: agentsWith(mocks.LeakChild(mocks.Respond(quick)), mocks.Respond(quick)),
			Config: config(), Clauses: always(),
		},
		{
			Name:   "stuck-agent",
			Story:  "a dead agent is called again and again, together with a healthy one",
			Agents: agentsWith(mocks.HangIgnoring(), mocks.Respond(quick)),
			Load:   Load{Requests: 12, Sequential: true},
			Config: impatient, Clauses: always(executor.BoundsStuck),
		},
		{
			Name:   "hang-forever",
			Story:  "two agents wait for replies on channels that nothing else refers to",
			Agents: agentsWith(mocks.Respond(quick), mocks.HangForever(), mocks.HangForever(), mocks.Respond(slow)),
			Config: config(), Clauses: []executor.Clause{
				executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.Cancels,
				executor.BoundsStuck, executor.TouchesNoInput,
			},
			RealTime: "goroutines that hang for ever are a deadlock at the end of a bubble",
		},
	}
}

// leftForATime are about what an agent holds for some time.
func leftForATime() []Scenario {
	impatient := config()
	impatient.MaxStuck, impatient.Backoff = 2, 3*agentTimeout
	return []Scenario{
		{
			Name:     "recovery",
			Story:    "an agent is stuck for two calls, then answers again",
			Agents:   agentsWith(mocks.RecoverAfter(2, mocks.HangIgnoring(), mocks.Respond(quick)), mocks.Respond(quick)),
			Load:     Load{Requests: 12, Every: agentTimeout},
			Config:   impatient,
			Recovers: true,
			Clauses:  always(executor.BoundsStuck),
		},
		{
			Name:   "memory",
			Story:  "agents hold large buffers while they hang; they honour the context",
			Agents: repeated(3, mocks.HoldMemory(4<<20, mocks.Hang())),
			Config: config(), Clauses: always(),
		},
	}
}

// limited is config with a limit.
func limited(limit int) executor.Config {
	c := config()
	c.Limit = limit
	return c
}

// collecting is the configuration with the policy CollectErrors.
func collecting(c executor.Config) executor.Config {
	c.Policy = executor.CollectErrors
	return c
}
