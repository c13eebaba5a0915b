package judge

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTimelineOf(t *testing.T) {
	o := Observation{
		Clock: VirtualClock, Setup: Setup{AgentTimeout: 100 * time.Millisecond, Grace: 40 * time.Millisecond, Agents: 4}, Totals: Totals{Requests: 2},
		Calls: []Call{{
			Index: 1, Started: 10 * time.Millisecond, Returned: true, Ended: 150 * time.Millisecond, CancelledAt: 60 * time.Millisecond,
			Results: []Result{{Key: "a"}}, Changed: []string{`"late" was added`},
			Agents: []AgentRun{
				{ID: "a", Fault: "respond", Started: true, StartAt: 10 * time.Millisecond, Ended: true, EndAt: 20 * time.Millisecond, Outcome: "response",
					Tools: []ToolRun{{Name: "find", StartAt: 20 * time.Millisecond, Ended: true, EndAt: 30 * time.Millisecond, DoneAtStart: true, Error: "no"}}},
				{ID: "b", Fault: "hang, ignoring the context", Started: true, StartAt: 10 * time.Millisecond, RunningAtReturn: true, DoneAtReturn: true, LateAt: 170 * time.Millisecond, LateOutcome: "response"},
				{ID: "c", Fault: "hang", Started: true, StartAt: 10 * time.Millisecond, Ended: true, EndAt: 60 * time.Millisecond, Outcome: "error", Error: "context canceled"},
				{Place: 3, Fault: "respond"},
			},
		}},
	}
	require.Equal(t, `request 1 of 2, on virtual time: 4 agents, AgentTimeout 100ms, Grace 40ms
      0s  agent a is called: respond
          agent b is called: hang, ignoring the context
          agent c is called: hang
    10ms  agent a answers
          agent a: tool find is called, with a context already done
    20ms  agent a: tool find returns: no
    50ms  agent c fails: context canceled
          the caller's context is done
   100ms  the agents' time is over
   140ms  the call returns 1 of 4 results (a) and no error
          agent b is left behind, still running, and its context is done
          agents[3] was never called
          after the return the map changed: "late" was added
   160ms  agent b answers, too late for the call`, strings.Join(timelineOf(o, 1), "\n"))
	require.Nil(t, timelineOf(o, 0))
	require.Equal(t, 1, requestToShow(Cell{Observation: o}))
	require.Equal(t, -1, requestToShow(Cell{}))
	require.Equal(t, 7, requestToShow(Cell{Observation: o, Verdict: Verdict{Clauses: []ClauseResult{{Status: Pass, Got: "request 3"}, {Status: Fail, Got: "request 7: lost"}}}}))
}

func TestTimelineOfACrowdIsCut(t *testing.T) {
	c := Call{Returned: true, Ended: time.Second}
	for range 1000 {
		c.Agents = append(c.Agents, AgentRun{ID: "x", Started: true, Ended: true, Outcome: "response"})
	}
	lines := timelineOf(Observation{Calls: []Call{c}}, 0)
	require.Len(t, lines, timelineLines+1)
	require.Contains(t, strings.Join(lines, "\n"), "more lines")
	require.Contains(t, lines[len(lines)-1], "the call returns 0 of 1000 results")
}
