package loads

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

const (
	agentTimeout = 100 * time.Millisecond
	grace        = 40 * time.Millisecond
	toolTimeout  = 40 * time.Millisecond
	// perAgent is the time for which a machine is busy with the start of one
	// agent's call, at most. Faster requests would measure the machine.
	perAgent = 50 * time.Microsecond
	// busyFrom is the number of requests from which on starting them keeps a
	// machine busy: it needs longer times then.
	busyFrom = 1000
	// retained is how many bytes the runtime may keep of each goroutine that has
	// ended: its descriptor is reused and never freed.
	retained = 1 << 10
)

// accumulation makes requests in open loop, with agents that all ignore their
// context. requests and agents below 1 mean 1. Up to 1,000 requests arrive 5 ms
// apart. More arrive within 5 s, but not faster than 20,000 agent calls a second.
func accumulation(requests, agents int) (scenarios.Scenario, error) {
	return accumulating(requests, agents, mocks.HangIgnoring()), nil
}

func accumulating(requests, agents int, fault mocks.Fault) scenarios.Scenario {
	requests, agents = max(requests, 1), max(agents, 1)
	c := executor.Config{AgentTimeout: agentTimeout, ToolTimeout: toolTimeout, Grace: grace, MaxStuck: 2}
	if requests > busyFrom {
		c.AgentTimeout, c.Grace = 2*agentTimeout, 4*grace
	}
	return scenarios.Scenario{
		Name:   Accumulation,
		Story:  fmt.Sprintf("%d requests x %d agents that ignore their context arrive in open loop", requests, agents),
		Agents: agentsWith(agents, fault),
		Load: scenarios.Load{
			Requests: requests,
			Every:    max(min(5*time.Millisecond, 5*time.Second/time.Duration(requests)), time.Duration(agents)*perAgent),
			Patience: c.AgentTimeout + c.Grace + 500*time.Millisecond,
		},
		Config: c,
		Heap:   scenarios.Scenario{}.HeapLimit() + int64(requests)*int64(agents)*retained,
		// The clauses that can be judged from totals alone.
		Clauses: []executor.Clause{executor.ReturnsInTime, executor.LeavesNothing, executor.BoundsStuck},
	}
}

// agentsWith are n agents with the same fault: a to z, then a1, b1 and so on.
func agentsWith(n int, fault mocks.Fault) []scenarios.Agent {
	agents := make([]scenarios.Agent, n)
	for i := range agents {
		id := string(rune('a' + i%26))
		if i >= 26 {
			id += fmt.Sprint(i / 26)
		}
		agents[i] = scenarios.Agent{ID: id, Fault: fault}
	}
	return agents
}

// sequential is accumulation with one request after another. A caller that is
// blocked delays the next for its whole patience.
func sequential(requests, agents int) (scenarios.Scenario, error) {
	s := accumulating(requests, agents, mocks.HangIgnoring())
	s.Name = Sequential
	s.Story = fmt.Sprintf("%d requests x %d agents that ignore their context, one after another", requests, agents)
	s.Config.AgentTimeout, s.Config.Grace = 20*time.Millisecond, 20*time.Millisecond
	s.Load.Every, s.Load.Sequential = 0, true
	s.Load.Patience = 80 * time.Millisecond
	return s, nil
}

// timeline makes a day of requests with agents that ignore their context, and
// with the default AgentTimeout of 60 s. On virtual time a day takes seconds.
func timeline(_, agents int) (scenarios.Scenario, error) {
	s := accumulating(timelineHours*TimelinePerHour, agents, mocks.HangIgnoring())
	s.Name = Timeline
	s.Story = fmt.Sprintf("%d hours at %d requests an hour x %d agents that ignore their context", timelineHours, TimelinePerHour, agents)
	s.Config = executor.Config{}
	s.Load.Every = time.Hour / TimelinePerHour
	s.Load.Patience = 2 * executor.DefaultAgentTimeout
	return s, nil
}

// blocking is accumulation with agents that block on something whose limit the
// process can reach. realTime says why virtual time is impossible; empty where
// it is possible.
func blocking(name, on string, fault func() mocks.Fault, realTime string) func(int, int) (scenarios.Scenario, error) {
	return func(requests, agents int) (scenarios.Scenario, error) {
		s := accumulating(requests, agents, fault())
		s.Name, s.RealTime = name, realTime
		s.Story = fmt.Sprintf("%d requests x %d agents that block on a %s", requests, agents, on)
		return s, nil
	}
}

// realClient only configures the executor: the child makes the requests itself,
// measures memory while they hang, and judges nothing.
func realClient(int, int) (scenarios.Scenario, error) {
	return scenarios.Scenario{Config: executor.Config{AgentTimeout: time.Hour}}, nil
}
