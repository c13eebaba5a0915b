package executor

import (
	"cmp"
	"slices"
	"time"
)

// Stats is a snapshot of what a Reference knows of calls that did not return
// in time, for metrics and tests.
type Stats struct {
	// InFlight is the number of agent and tool calls that have not returned;
	// it is counted only where Config.MaxInFlight is set, and 0 otherwise.
	InFlight int
	// Abandoned calls were given up and have not returned. Stuck ones are
	// those of them that outlived their own time and Grace.
	Abandoned, Stuck int
	// Agents has an entry for each agent or tool with such calls, by ID.
	Agents []AgentStats
}

// AgentStats is the part of one agent, or of one of its tools.
type AgentStats struct {
	AgentID string
	// Tool is the tool's name, empty for the agent itself.
	Tool             string
	Abandoned, Stuck int
	// ShutOut says that calls are refused but for trials, the next one at NextTrial.
	ShutOut   bool
	NextTrial time.Time
	// Refused is how many calls were refused since the agent was last unknown here.
	Refused int
}

func (t *stuckTable) stats() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.promote(time.Now())
	s := Stats{InFlight: int(t.inFlight.Load()), Stuck: t.total.stuck}
	for k, g := range t.gates {
		a := AgentStats{AgentID: k.agent, Tool: k.tool, Abandoned: g.pending + g.stuck, Stuck: g.stuck, Refused: g.refused}
		if a.ShutOut = g.shut; a.ShutOut {
			a.NextTrial = g.next
		}
		s.Abandoned += a.Abandoned
		s.Agents = append(s.Agents, a)
	}
	slices.SortFunc(s.Agents, func(a, b AgentStats) int {
		return cmp.Or(cmp.Compare(a.AgentID, b.AgentID), cmp.Compare(a.Tool, b.Tool))
	})
	return s
}
