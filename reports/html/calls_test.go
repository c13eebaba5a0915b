package html

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/scenarios"
)

func TestTimelineSaysWhatHappened(t *testing.T) {
	b := &pageBuilder{pool: newPool()}
	o := scenarios.Observation{Calls: []scenarios.Call{{Started: time.Second, Ended: 2 * time.Second, CancelledAt: 1500 * time.Millisecond, Agents: []scenarios.AgentRun{
		{ID: "a", Started: true, StartAt: time.Second, Ended: true, EndAt: 1200 * time.Millisecond, Outcome: "response", Tools: []scenarios.ToolRun{{Name: "search", StartAt: time.Second, DoneAtStart: true}}},
		{ID: "b", Started: true, StartAt: time.Second, RunningAtReturn: true, DoneAtReturn: true, LateAt: 3 * time.Second, LateOutcome: "error"},
		{ID: "c"},
	}}}}
	c := b.calls(o)[0]
	require.EqualValues(t, []int64{1_000_000, 500_000}, []int64{c.Ended, c.Cancelled})
	require.Equal(t, "still waiting when watching ended", b.pool.all[c.Saw])
	var got []string
	for _, a := range c.Agents {
		got = append(got, b.pool.all[a[0]]+": "+b.pool.all[a[4]])
	}
	require.Equal(t, []string{"a: response", "tool search: never ended; started with its context already done",
		"b: abandoned: still running when the call was over, its context done; returned too late, after 2.00 s: error", "c: never started"}, got)
	require.Equal(t, [2]int64{0, 200_000}, [2]int64{c.Agents[0][2], c.Agents[0][3]})
	require.Equal(t, [2]int64{-1, -1}, [2]int64{c.Agents[3][2], c.Agents[3][3]})
}
