package stress

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/scenarios"
)

func TestTooLate(t *testing.T) {
	late := scenarios.Observation{Executor: "reference", Scenario: "normal", Clock: scenarios.RealClock}
	late.Setup.Grace = 40 * time.Millisecond
	late.Control.Lateness = 234 * time.Millisecond
	c := cell{Kind: kindScenario, Executor: "reference", Scenario: "normal"}
	require.NotEqual(t, scenarios.Pass, judged(c, late).Verdict.Status(), "the observation is empty")
	require.True(t, c.tooLate(late))

	for name, change := range map[string]func(*cell, *scenarios.Observation){
		"in time":         func(_ *cell, o *scenarios.Observation) { o.Control.Lateness = time.Millisecond },
		"blocked caller":  func(_ *cell, o *scenarios.Observation) { o.Totals.Blocked = 1 },
		"crash":           func(_ *cell, o *scenarios.Observation) { o.Crash = &scenarios.Crash{Kind: "panic"} },
		"heap profiles":   func(c *cell, _ *scenarios.Observation) { c.Kind = kindHeap },
		"load of its own": func(c *cell, _ *scenarios.Observation) { c.Requests, c.Agents = 10_000, 5 },
	} {
		changed, o := c, late
		change(&changed, &o)
		require.False(t, changed.tooLate(o), name)
	}
}
