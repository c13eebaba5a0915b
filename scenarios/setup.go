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
	// Lacks are the clauses about capabilities that the executor does not claim.
	Lacks []int `json:"lacks,omitempty"`
}

// setup is the configuration with its defaults, as numbers.
func (s Scenario) setup() (Setup, error) {
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

// span is how long all agents may take together: AgentTimeout, as many times as
// it takes to run them Limit at a time.
func (u Setup) span() time.Duration {
	waves := 1
	if u.Limit > 0 && u.Agents > u.Limit {
		waves = (u.Agents + u.Limit - 1) / u.Limit
	}
	return u.AgentTimeout * time.Duration(waves)
}

// noRunner stands in for the Runner where a configuration is only read.
type noRunner struct{ executor.Runner }
