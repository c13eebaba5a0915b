package cell

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/internal/repeat"
	"github.com/watertight-go/watertight/scenarios"
)

func TestOnBothClocks(t *testing.T) {
	for _, tt := range []struct {
		cell Cell
		want bool
	}{
		{Cell{Kind: KindScenario, Scenario: "normal"}, true},
		{Cell{Kind: KindScenario, Scenario: "concurrent", Race: true}, true},
		{Cell{Kind: KindScenario, Scenario: "busy"}, false},
		{Cell{Kind: KindScenario, Scenario: "wire-healthy"}, false},
		{Cell{Kind: KindLoad, Scenario: loads.Accumulation, Requests: 100, Agents: 5}, true},
		{Cell{Kind: KindLoad, Scenario: loads.Accumulation, Requests: 10_000, Agents: 5}, false},
		{Cell{Kind: KindHeap, Scenario: loads.Accumulation, Requests: 100, Agents: 5}, false},
		{Cell{Kind: KindLoad, Scenario: loads.Timeline, Requests: 100, Agents: 5}, false},
		{Cell{Kind: KindLoad, Scenario: loads.Channel, Requests: 100, Agents: 5}, false},
		{Cell{Kind: KindLoad, Scenario: loads.ClientMemory, Requests: 100, Agents: 5}, false},
		{Cell{Kind: KindTime, Scenario: "cost"}, false},
	} {
		require.Equal(t, tt.want, tt.cell.OnBothClocks(), "%+v", tt.cell)
	}
}

// Where virtual time cannot tell, the machine's run is judged alone.
func TestJoin(t *testing.T) {
	machine := scenarios.Observation{Clock: scenarios.RealClock, Scenario: "s"}
	virtual := scenarios.Observation{Clock: scenarios.VirtualClock, Scenario: "s"}
	with := func(kind, message string) scenarios.Observation {
		o := virtual
		o.Crash = &scenarios.Crash{Kind: kind, Message: message}
		return o
	}
	for name, tt := range map[string]struct {
		virtual scenarios.Observation
		stalled string
		alone   bool
	}{
		"both":               {virtual, "", false},
		"stalled":            {scenarios.Observation{}, "no progress", true},
		"killed":             {with("deadline", "killed after 30s"), "", true},
		"outside its bubble": {with("fatal", "fatal error: receive on synctest channel from outside bubble"), "", true},
		"crashed":            {with("panic", "panic: boom"), "", false},
	} {
		t.Run(name, func(t *testing.T) {
			o := Join(tt.virtual, machine, tt.stalled)
			require.Equal(t, tt.alone, o.Machine == nil)
			require.Equal(t, tt.alone, len(o.Warnings) > 0)
			if tt.alone {
				require.Equal(t, scenarios.RealClock, o.Clock)
				require.Contains(t, o.Warnings[0], "judged on the machine's clock alone: ")
			}
		})
	}
}

// The race detector makes everything late: on the machine's clock such a cell is judged
// by races alone.
func TestRaceCellOnTheMachinesClock(t *testing.T) {
	s, err := Cell{Kind: KindScenario, Scenario: "wire-concurrent", Race: true}.judgedBy()
	require.NoError(t, err)
	require.Equal(t, []executor.Clause{executor.TouchesNoInput}, s.Clauses)
	s, err = Cell{Kind: KindScenario, Scenario: "concurrent", Race: true}.judgedBy()
	require.NoError(t, err)
	require.Contains(t, s.Clauses, executor.ReturnsInTime)
}

// A cell runs again where a slow machine may have failed it, unless it is large itself
// or is not judged.
func TestAgain(t *testing.T) {
	blocked := scenarios.Observation{Executor: "reference", Scenario: "busy", Clock: scenarios.RealClock}
	blocked.Setup = scenarios.Setup{AgentTimeout: 100 * time.Millisecond, Grace: 40 * time.Millisecond}
	blocked.Totals = scenarios.Totals{Requests: 1, Blocked: 1, Overshoot: time.Second}
	for name, tt := range map[string]struct {
		change func(*Cell, *scenarios.Observation)
		want   bool
	}{
		"a caller still waits": {func(*Cell, *scenarios.Observation) {}, true},
		"ended from outside":   {func(_ *Cell, o *scenarios.Observation) { o.Crash = &scenarios.Crash{Kind: "deadline"} }, true},
		"crashed":              {func(_ *Cell, o *scenarios.Observation) { o.Crash = &scenarios.Crash{Kind: "panic"} }, false},
		"on virtual time":      {func(_ *Cell, o *scenarios.Observation) { o.Clock = scenarios.VirtualClock }, false},
		"heap profiles":        {func(c *Cell, _ *scenarios.Observation) { c.Kind = KindHeap }, false},
		"large":                {func(c *Cell, _ *scenarios.Observation) { c.Requests, c.Agents = 10_000, 5 }, false},
		"not judged":           {func(c *Cell, _ *scenarios.Observation) { c.Kind, c.Scenario = KindLoad, loads.ClientMemory }, false},
	} {
		t.Run(name, func(t *testing.T) {
			c, o := Cell{Kind: KindScenario, Executor: "reference", Scenario: "busy"}, blocked
			tt.change(&c, &o)
			require.Equal(t, tt.want, c.Again(&repeat.Cell{}, &o))
		})
	}
}
