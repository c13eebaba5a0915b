package scenarios

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOnBothClocks(t *testing.T) {
	virtual := Observation{Executor: "x", Scenario: "s", Clock: VirtualClock, Elapsed: time.Second, Warnings: []string{"both"}, Calls: []Call{{Index: 1}}}
	machine := Observation{Executor: "x", Scenario: "s", Clock: RealClock, Elapsed: 2 * time.Second, Warnings: []string{"both", "machine's"}, Calls: []Call{{Index: 2}},
		Series: []Sample{{Goroutines: 3}}, Profiles: []ProfileFile{{Path: "p"}}}
	machine.Left.Leak.Heap = 7
	o := OnBothClocks(virtual, machine)
	require.Equal(t, VirtualClock, o.Clock)
	require.Equal(t, 1, o.Calls[0].Index, "the calls are those of the run that is judged")
	require.Equal(t, []string{"both", "machine's"}, o.Warnings)
	require.Equal(t, 3*time.Second, o.Elapsed)
	require.Len(t, o.Series, 1)
	require.Len(t, o.Profiles, 1)

	data, err := json.Marshal(o)
	require.NoError(t, err)
	var read Observation
	require.NoError(t, json.Unmarshal(data, &read))
	m := read.OnMachine()
	require.Equal(t, RealClock, m.Clock)
	require.EqualValues(t, 7, m.Left.Leak.Heap)
	require.Len(t, m.Series, 1, "the samples are of this run")
	require.Empty(t, m.Calls)
	require.Equal(t, virtual, virtual.OnMachine(), "a cell that ran on one clock")
}

func TestAnyCrash(t *testing.T) {
	crash := &Crash{Kind: "panic"}
	require.Nil(t, Observation{}.AnyCrash())
	require.Equal(t, crash, Observation{Crash: crash}.AnyCrash())
	require.Equal(t, crash, Observation{Machine: &Observation{Crash: crash}}.AnyCrash())
}

// The mocks' count is used only where the dump did not hold all goroutines.
func TestStuckAgents(t *testing.T) {
	o := Observation{Left: Leftovers{ByAgent: 5}, Totals: Totals{AgentsRunning: 9}}
	n, byMocks := o.StuckAgents()
	require.Equal(t, 5, n)
	require.False(t, byMocks)
	o.Left.Leak.Unseen = 4
	n, byMocks = o.StuckAgents()
	require.Equal(t, 9, n)
	require.True(t, byMocks)
	o.Left.ByAgent = 10
	n, byMocks = o.StuckAgents()
	require.Equal(t, 10, n)
	require.False(t, byMocks)
}
