package judge

import (
	"github.com/watertight-go/watertight/scenarios"
)

// The types that the tests of this package use most.
type (
	Scenario     = scenarios.Scenario
	Agent        = scenarios.Agent
	Caller       = scenarios.Caller
	Load         = scenarios.Load
	Observation  = scenarios.Observation
	Call         = scenarios.Call
	Result       = scenarios.Result
	ToolResult   = scenarios.ToolResult
	AgentRun     = scenarios.AgentRun
	ToolRun      = scenarios.ToolRun
	Totals       = scenarios.Totals
	Latency      = scenarios.Latency
	Leftovers    = scenarios.Leftovers
	Wire         = scenarios.Wire
	Connections  = scenarios.Connections
	Control      = scenarios.Control
	Crash        = scenarios.Crash
	Setup        = scenarios.Setup
	Status       = scenarios.Status
	Verdict      = scenarios.Verdict
	ClauseResult = scenarios.ClauseResult
	Cell         = scenarios.Cell
	Relation     = scenarios.Relation
)

const (
	Pass          = scenarios.Pass
	Fail          = scenarios.Fail
	Unknown       = scenarios.Unknown
	Waived        = scenarios.Waived
	NotApplicable = scenarios.NotApplicable
	Same          = scenarios.Same
	Fixed         = scenarios.Fixed
	Broken        = scenarios.Broken
	Changed       = scenarios.Changed
	StillFailing  = scenarios.StillFailing
	Undecided     = scenarios.Undecided
	RealClock     = scenarios.RealClock
	VirtualClock  = scenarios.VirtualClock
)
