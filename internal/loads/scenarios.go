package loads

import (
	"fmt"
	"strconv"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

const (
	agentTimeout = 100 * time.Millisecond
	toolTimeout  = 40 * time.Millisecond
	grace        = 40 * time.Millisecond
	// perAgent is more than a machine needs to start the call of one agent.
	// Requests that come faster measure the machine.
	perAgent = 50 * time.Microsecond
	// manyRequests is from how many requests on starting them keeps a machine busy.
	manyRequests = 1000
	// retained is how many bytes the runtime may keep of each goroutine that has
	// ended: its descriptor is reused and never freed.
	retained = 1 << 10
)

// accumulation is requests whose agents all ignore their context, in open loop: a
// request arrives at its time, whether earlier ones have returned or not. Up to
// 1,000 requests arrive 5 ms apart. More of them arrive within 5 s, or at the rate
// of 20,000 agent calls a second, and with longer times, which a busy machine can
// keep. Only the clauses are judged that totals can show.
func accumulation(requests, agents int) scenarios.Scenario {
	requests, agents = max(requests, 1), max(agents, 1)
	c := executor.Config{AgentTimeout: agentTimeout, ToolTimeout: toolTimeout, Grace: grace, MaxStuck: 2}
	if requests > manyRequests {
		c.AgentTimeout, c.Grace = 2*agentTimeout, 4*grace
	}
	return scenarios.Scenario{
		Story:  fmt.Sprintf("%d requests x %d agents that ignore their context arrive in open loop", requests, agents),
		Agents: alike(agents, mocks.HangIgnoring()),
		Load: scenarios.Load{
			Requests: requests,
			Every:    max(min(5*time.Millisecond, 5*time.Second/time.Duration(requests)), time.Duration(agents)*perAgent),
			Patience: c.AgentTimeout + c.Grace + 500*time.Millisecond,
		},
		Config:  c,
		Heap:    scenarios.Scenario{}.HeapLimit() + int64(requests)*int64(agents)*retained,
		Clauses: []executor.Clause{executor.ReturnsInTime, executor.LeavesNothing, executor.BoundsStuck},
	}
}

// alike are n agents with the same fault, named a to z, then a1, b1 and so on.
func alike(n int, fault mocks.Fault) []scenarios.Agent {
	agents := make([]scenarios.Agent, n)
	for i := range agents {
		id := string(rune('a' + i%26))
		if i >= 26 {
			id += strconv.Itoa(i / 26)
		}
		agents[i] = scenarios.Agent{ID: id, Fault: fault}
	}
	return agents
}

// sequential is one request after another. A caller that is blocked holds up the
// next for its whole patience.
func sequential(requests, agents int) scenarios.Scenario {
	s := accumulation(requests, agents)
	s.Story = fmt.Sprintf("%d requests x %d agents that ignore their context, one after another", requests, agents)
	s.Config.AgentTimeout, s.Config.Grace = 20*time.Millisecond, 20*time.Millisecond
	s.Load.Every, s.Load.Sequential = 0, true
	s.Load.Patience = 80 * time.Millisecond
	return s
}

// limited is the accumulation with all calls of the executor bounded.
func limited(requests, agents int) scenarios.Scenario {
	s := accumulation(requests, agents)
	s.Config.MaxInFlight = maxInFlight
	return s
}

// timeline is a day of requests with the default configuration, in which agents
// have 60 s as in the case. It is for virtual time, where a day takes seconds.
func timeline(requests, agents int) scenarios.Scenario {
	s := accumulation(requests, agents)
	s.Story = fmt.Sprintf("%d hours at %d requests an hour x %d agents that ignore their context", requests/TimelinePerHour, TimelinePerHour, agents)
	s.Config = executor.Config{}
	s.Load.Every = time.Hour / TimelinePerHour
	s.Load.Patience = 2 * executor.DefaultAgentTimeout
	return s
}

// blocking is the accumulation with agents that block in another way. realTime says
// why it cannot run on virtual time; empty: it can.
func blocking(on string, fault mocks.Fault, realTime string) func(int, int) scenarios.Scenario {
	return func(requests, agents int) scenarios.Scenario {
		s := accumulation(requests, agents)
		s.Story = fmt.Sprintf("%d requests x %d agents that block on a %s", requests, agents, on)
		s.Agents, s.RealTime = alike(max(agents, 1), fault), realTime
		// Below the patience of the callers, so that one that never returns is found.
		s.Leeway = 400 * time.Millisecond
		if realTime != "" {
			// Each agent takes a thread or descriptors, which a busy machine is slow to
			// give: few calls are under way, and they have long to return.
			s.Config.Grace = 4 * grace
			s.Load.Every = 10 * time.Millisecond
			s.Load.Patience = s.Config.AgentTimeout + s.Config.Grace + 500*time.Millisecond
		}
		return s
	}
}

// realClient only configures the executor. The child makes the requests itself,
// measures memory while they hang, and judges nothing.
func realClient(int, int) scenarios.Scenario {
	return scenarios.Scenario{Config: executor.Config{AgentTimeout: time.Hour}}
}
