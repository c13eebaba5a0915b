package scenarios

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// Accumulation is claim 1: requests arrive at the same times whatever the
// executor does with the earlier ones, and all agents ignore their context.
// requests and agents below 1 mean 1. Up to 1,000 requests arrive 5 ms apart,
// more of them within 5 s or at the rate of 20,000 agent calls a second, and
// with longer times, which a busy machine can keep.
func Accumulation(requests, agents int) Scenario {
	requests, agents = max(requests, 1), max(agents, 1)
	c := config()
	c.MaxStuck = 2
	if requests > crowd {
		c.AgentTimeout, c.Grace = 2*agentTimeout, 4*grace
	}
	return Scenario{
		Name:   "accumulation",
		Story:  fmt.Sprintf("%d requests x %d agents that ignore their context arrive in open loop", requests, agents),
		Agents: many(agents, mocks.HangIgnoring()),
		Load: Load{
			Requests: requests,
			Every:    max(min(5*time.Millisecond, 5*time.Second/time.Duration(requests)), time.Duration(agents)*perAgent),
			Patience: c.AgentTimeout + c.Grace + 500*time.Millisecond,
		},
		Config:  c,
		Heap:    defaultHeap + int64(requests)*int64(agents)*retained,
		Clauses: accumulates(),
	}
}

// perAgent is how long a machine needs at most to start one agent's call, with
// room to spare: requests that come faster measure the machine.
const perAgent = 50 * time.Microsecond

// crowd is from how many requests on starting them keeps a machine busy.
const crowd = 1000

// retained is how many bytes the runtime may keep of each goroutine that has
// ended: its descriptor is reused and never freed.
const retained = 1 << 10

// accumulates are the clauses that can be judged from totals alone.
func accumulates() []executor.Clause {
	return []executor.Clause{executor.ReturnsInTime, executor.LeavesNothing, executor.BoundsStuck}
}

// AccumulationSequential is Accumulation with one request after another, each
// with its own patience: a caller that is blocked holds up the next for that long.
func AccumulationSequential(requests, agents int) Scenario {
	s := Accumulation(requests, agents)
	s.Name = "accumulation-sequential"
	s.Story = fmt.Sprintf("%d requests x %d agents that ignore their context, one after another", requests, agents)
	s.Config.AgentTimeout, s.Config.Grace = 20*time.Millisecond, 20*time.Millisecond
	s.Load.Every, s.Load.Sequential = 0, true
	s.Load.Patience = 80 * time.Millisecond
	return s
}

// Timeline is claim 3: perHour requests an hour for that many hours, agents
// that ignore their context, and the 60 s that the original gives them. It is
// for virtual time, where a day takes seconds.
func Timeline(hours, perHour, agents int) Scenario {
	hours, perHour = max(hours, 1), max(perHour, 1)
	s := Accumulation(hours*perHour, agents)
	s.Name = "timeline"
	s.Story = fmt.Sprintf("%d hours at %d requests an hour x %d agents that ignore their context", hours, perHour, agents)
	s.Config = executor.Config{} // the defaults, the original's 60 s among them
	s.Load.Every = time.Hour / time.Duration(perHour)
	s.Load.Patience = 2 * executor.DefaultAgentTimeout
	return s
}

// Blocking is Accumulation with agents that block in one of three ways. Each
// reaches another limit of the process: kind "channel" that of memory, "syscall"
// that of threads, "socket" that of descriptors. The last two need real time. The
// error for another kind names the three.
func Blocking(kind string, requests, agents int) (Scenario, error) {
	s := Accumulation(requests, agents)
	s.Name = "blocking-" + kind
	var fault mocks.Fault
	switch kind {
	case "channel":
		fault = mocks.HangIgnoring()
	case "syscall":
		fault = mocks.HangSyscall()
		s.RealTime = "a system call is not durably blocked"
	case "socket":
		fault = mocks.HangSocket()
		s.RealTime = "a network read is not durably blocked"
	default:
		return Scenario{}, fmt.Errorf(`scenarios: blocking: got kind %q, want "channel", "syscall" or "socket"`, kind)
	}
	s.Story = fmt.Sprintf("%d requests x %d agents that block on a %s", requests, agents, kind)
	s.Agents = many(max(agents, 1), fault)
	return s, nil
}
