package executor

import (
	"cmp"
	"slices"
	"time"
)

// Stats is a snapshot of the calls that did not return in time, for metrics and tests.
type Stats struct {
	// InFlight is the number of agent and tool calls that have not returned. It
	// is counted only if Config.MaxInFlight is set, else it is 0.
	InFlight int
	// Abandoned is the number of calls that were given up and have not returned.
	Abandoned int
	// Stuck is how many of Abandoned have outlived their own time and Grace.
	Stuck int
	// Agents has an entry for each agent or tool with such calls, by ID.
	Agents []AgentStats
}

// AgentStats is the part of Stats that one agent has, or one of its tools.
type AgentStats struct {
	AgentID string
	// Tool is the tool's name, empty for the agent itself.
	Tool             string
	Abandoned, Stuck int
	// ShutOut is true while the circuit breaker is open or half-open: all calls
	// but trials are refused. NextTrial is when the next trial may start; it is
	// zero if the breaker is closed.
	ShutOut   bool
	NextTrial time.Time
	// Refused is how many calls were refused since the entry was made.
	Refused int
}

func (t *breakers) stats() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.countStuck(time.Now())
	s := Stats{InFlight: int(t.inFlight.Load()), Stuck: t.total.stuck}
	for k, b := range t.byKey {
		a := AgentStats{AgentID: k.agent, Tool: k.tool, Abandoned: b.pending + b.stuck, Stuck: b.stuck, Refused: b.refused}
		if b.state != breakerClosed {
			a.ShutOut, a.NextTrial = true, b.nextTrial
		}
		s.Abandoned += a.Abandoned
		s.Agents = append(s.Agents, a)
	}
	slices.SortFunc(s.Agents, func(a, b AgentStats) int {
		return cmp.Or(cmp.Compare(a.AgentID, b.AgentID), cmp.Compare(a.Tool, b.Tool))
	})
	return s
}
