package judge

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/mocks"
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
    50ms  the caller's context is done
          agent c fails: context canceled
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

// At one moment, causes come before their consequences.
func TestTimelineOrder(t *testing.T) {
	fault := mocks.ErrFault.Error()
	cancelled := func(id string, start, end time.Duration) AgentRun {
		return AgentRun{ID: id, Fault: "hang", Started: true, StartAt: start, Ended: true, EndAt: end, Outcome: mocks.Failed, Error: "context canceled"}
	}
	for _, tt := range []struct {
		name string
		call Call
		want string
	}{
		{"the caller's cancel ends two agents", Call{CancelledAt: 30 * msec, Ended: 30 * msec, Returned: true, Agents: []AgentRun{
			cancelled("a", 0, 30*msec), cancelled("b", 0, 30*msec),
		}}, `
      0s  agent a is called: hang
          agent b is called: hang
    30ms  the caller's context is done
          agent a fails: context canceled
          agent b fails: context canceled
          the call returns 0 of 2 results and no error`},
		{"an agent answers at once, and so does its tool", Call{Ended: 5 * msec, Returned: true, Agents: []AgentRun{
			{ID: "a", Fault: "respond", Started: true, Ended: true, Outcome: mocks.Responded, Tools: []ToolRun{{Name: "x", Ended: true}, {Name: "y", Ended: true}}},
			{ID: "b", Fault: "fail", Started: true, Ended: true, Outcome: mocks.Failed, Error: fault},
		}}, `
      0s  agent a is called: respond
          agent a answers
          agent a: tool x is called
          agent a: tool x returns
          agent a: tool y is called
          agent a: tool y returns
          agent b is called: fail
          agent b fails: injected fault
     5ms  the call returns 0 of 2 results and no error`},
		{"an end makes a place in the queue", Call{Ended: 20 * msec, Returned: true, Agents: []AgentRun{
			{ID: "a", Fault: "respond", Started: true, StartAt: 10 * msec, Ended: true, EndAt: 20 * msec, Outcome: mocks.Responded},
			{ID: "b", Fault: "respond", Started: true, Ended: true, EndAt: 10 * msec, Outcome: mocks.Responded},
		}}, `
      0s  agent b is called: respond
    10ms  agent b answers
          agent a is called: respond
    20ms  agent a answers
          the call returns 0 of 2 results and no error`},
		{"a failure cancels a sibling before it in the list", Call{Ended: 10 * msec, Returned: true, Agents: []AgentRun{
			cancelled("a", 0, 10*msec),
			{ID: "b", Fault: "fail", Started: true, Ended: true, EndAt: 10 * msec, Outcome: mocks.Failed, Error: fault},
		}}, `
      0s  agent a is called: hang
          agent b is called: fail
    10ms  agent b fails: injected fault
          agent a fails: context canceled
          the call returns 0 of 2 results and no error`},
		{"an agent ends just after the return", Call{Ended: 10 * msec, Returned: true, Agents: []AgentRun{
			{ID: "a", Fault: "respond", Started: true, Ended: true, EndAt: 11 * msec, Outcome: mocks.Responded},
		}}, `
      0s  agent a is called: respond
    10ms  the call returns 0 of 1 results and no error
    11ms  agent a answers, just after the return`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Observation{Calls: []Call{tt.call}, Setup: Setup{AgentTimeout: time.Second}}
			lines := timelineOf(o, 0)
			require.Equal(t, tt.want, "\n"+strings.Join(lines[1:], "\n"))
		})
	}
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
