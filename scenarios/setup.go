package scenarios

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Setup is the configuration of a cell, as numbers.
type Setup struct {
	Agents        int           `json:"agents"`
	Requests      int           `json:"requests"`
	AgentTimeout  time.Duration `json:"agentTimeoutNs"`
	ToolTimeout   time.Duration `json:"toolTimeoutNs"`
	Grace         time.Duration `json:"graceNs"`
	Limit         int           `json:"limit,omitempty"`
	MaxStuck      int           `json:"maxStuck"`
	MaxStuckTotal int           `json:"maxStuckTotal,omitempty"`
	MaxInFlight   int           `json:"maxInFlight,omitempty"`
	Backoff       time.Duration `json:"backoffNs"`
	Policy        string        `json:"policy"`
	// Buffer is how many events of a stream may wait for its consumer.
	Buffer int `json:"buffer,omitempty"`
	// Lacks are the clauses about capabilities that the executor declares not to have.
	Lacks []int `json:"lacks,omitempty"`
}

// Setup returns the configuration of the scenario with its defaults. The error
// names what is invalid in it.
func (s Scenario) Setup() (Setup, error) {
	c := s.Config
	c.Runner = noRunner{}
	c, err := c.WithDefaults()
	if err != nil {
		return Setup{}, fmt.Errorf("scenarios: %s: %w", s.Name, err)
	}
	return Setup{
		Agents:        len(s.Agents),
		Requests:      s.Load.Total(),
		AgentTimeout:  c.AgentTimeout,
		ToolTimeout:   c.ToolTimeout,
		Grace:         c.Grace,
		Limit:         c.Limit,
		MaxStuck:      c.MaxStuck,
		MaxStuckTotal: c.MaxStuckTotal,
		MaxInFlight:   c.MaxInFlight,
		Backoff:       c.Backoff,
		Policy:        string(c.Policy),
	}, nil
}

// Span is how long all agents may take together: AgentTimeout for each group of
// Limit agents that run at the same time.
func (u Setup) Span() time.Duration {
	groups := 1
	if u.Limit > 0 && u.Agents > u.Limit {
		groups = (u.Agents + u.Limit - 1) / u.Limit
	}
	return u.AgentTimeout * time.Duration(groups)
}

// noRunner fills in Config.Runner where a configuration is only checked.
type noRunner struct{ executor.Runner }
