package run

import (
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

func TestTooLate(t *testing.T) {
	late := scenarios.Observation{Executor: "reference", Scenario: "normal", Clock: scenarios.RealClock}
	late.Setup.Grace = 40 * time.Millisecond
	late.Control.Lateness = 234 * time.Millisecond
	c := cell.Cell{Kind: cell.KindScenario, Executor: "reference", Scenario: "normal"}
	require.NotEqual(t, scenarios.Pass, c.Judge(late).Verdict.Status(), "the observation is empty")
	require.True(t, tooLate(c, late))

	for name, change := range map[string]func(*cell.Cell, *scenarios.Observation){
		"in time":         func(_ *cell.Cell, o *scenarios.Observation) { o.Control.Lateness = time.Millisecond },
		"blocked caller":  func(_ *cell.Cell, o *scenarios.Observation) { o.Totals.Blocked = 1 },
		"crash":           func(_ *cell.Cell, o *scenarios.Observation) { o.Crash = &scenarios.Crash{Kind: "panic"} },
		"heap profiles":   func(c *cell.Cell, _ *scenarios.Observation) { c.Kind = cell.KindHeap },
		"load of its own": func(c *cell.Cell, _ *scenarios.Observation) { c.Requests, c.Agents = 10_000, 5 },
	} {
		changed, o := c, late
		change(&changed, &o)
		require.False(t, tooLate(changed, o), name)
	}
}

// A cell whose process cannot be started has that as its crash.
func TestCellThatCannotBeStarted(t *testing.T) {
	p, err := New(Options{RaceBinary: filepath.Join(t.TempDir(), "nosuch"), Lacks: map[string][]int{"x": {8}}, Processes: 1, Progress: io.Discard})
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Close()) }()
	c := cell.Cell{Kind: cell.KindScenario, Executor: "x", Scenario: "normal", Race: true}
	p.one(t.Context(), c, "0", 0)
	o := p.observed[c]
	require.NotNil(t, o.Crash)
	require.Equal(t, "start", o.Crash.Kind)
	require.Contains(t, o.Crash.Message, "nosuch")
	require.Equal(t, []int{8}, o.Setup.Lacks)
}
