package judge

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

const msec = time.Millisecond

// mocksPrefix begins the names of the mocks' functions in a stack.
var mocksPrefix = reflect.TypeFor[mocks.FaultRunner]().PkgPath() + "."

// case0 is a scenario with an agent that answers and has a tool, one that
// fails, and one that ignores its context, under every clause.
func case0() scenarios.Scenario {
	s := scenarios.Scenario{
		Name: "case", Story: "made by hand",
		Agents: []scenarios.Agent{
			{ID: "a", Fault: mocks.Respond(10 * msec), Tools: []mocks.ToolFault{mocks.ToolOK("t", 5*msec)}},
			{ID: "b", Fault: mocks.Fail(20 * msec)},
			{ID: "c", Fault: mocks.HangIgnoring()},
		},
		Config: executor.Config{AgentTimeout: 100 * msec, ToolTimeout: 40 * msec, Grace: 40 * msec, MaxStuck: 4, Limit: 3},
	}
	for _, c := range executor.Clauses {
		s.Clauses = append(s.Clauses, c.Clause)
	}
	return s
}

// good is an observation of case0 that keeps every clause.
func good(t *testing.T, s scenarios.Scenario) scenarios.Observation {
	t.Helper()
	setup, err := s.Setup()
	require.NoError(t, err)
	return scenarios.Observation{
		Executor: "x", Scenario: s.Name, Clock: scenarios.VirtualClock, Setup: setup,
		Calls: []scenarios.Call{{
			Started: 1 * msec, Returned: true, Ended: 141 * msec,
			Results: []scenarios.Result{{Key: "a", AgentID: "a", Content: mocks.Content("a", scenarios.Call{}.Input()), Tools: []scenarios.ToolResult{{Name: "t", Content: mocks.ToolContent("t", scenarios.Call{}.Input())}}}},
			Agents: []scenarios.AgentRun{
				{Place: 0, ID: "a", Started: true, StartAt: 1 * msec, Ended: true, EndAt: 11 * msec, Outcome: mocks.Responded, Tools: []scenarios.ToolRun{{Name: "t", StartAt: 11 * msec, Ended: true, EndAt: 16 * msec}}},
				{Place: 1, ID: "b", Started: true, StartAt: 1 * msec, Ended: true, EndAt: 21 * msec, Outcome: mocks.Failed, Error: "b: injected fault"},
				{Place: 2, ID: "c", Ignores: true, Started: true, StartAt: 1 * msec, RunningAtReturn: true, DoneAtReturn: true},
			},
		}},
		Totals:   scenarios.Totals{Requests: 1, Returned: 1, WithResults: 1, AgentsStarted: 3, AgentsRunning: 1, Peak: 3, Watched: 141 * msec, Latency: scenarios.Latency{N: 1, Max: 140 * msec}},
		Left:     scenarios.Leftovers{Inspected: true, ByAgent: 1, Leak: leak.Report{Goroutines: 1, Findings: []leak.Finding{{Count: 1, Function: mocksPrefix + "hangIgnoring"}}}},
		Released: scenarios.Leftovers{Inspected: true},
	}
}

func clause(t *testing.T, v scenarios.Verdict, c executor.Clause) scenarios.ClauseResult {
	t.Helper()
	i := slices.IndexFunc(v.Clauses, func(r scenarios.ClauseResult) bool { return r.Clause == c })
	require.GreaterOrEqual(t, i, 0, "%v was not judged", c)
	return v.Clauses[i]
}

func TestJudgePassesWhatIsGood(t *testing.T) {
	s := case0()
	v := Judge(s, good(t, s))
	require.Len(t, v.Clauses, len(executor.Clauses))
	for _, c := range v.Clauses {
		require.Equal(t, scenarios.Pass, c.Status, "%v: %+v", c.Clause, c)
		require.NotEmpty(t, c.Got)
		require.NotEmpty(t, c.Want)
	}
	require.Equal(t, scenarios.Pass, v.Status())
}

// Nothing observed, or something else observed, passes nothing.
func TestJudgeOfNothing(t *testing.T) {
	s := case0()
	other := good(t, s)
	other.Scenario = "other"
	died := good(t, s)
	died.Crash = &scenarios.Crash{Kind: "signal", Message: "killed"}
	started := good(t, s)
	started.Crash = &scenarios.Crash{Kind: "start", Message: "no such file"}
	for name, o := range map[string]scenarios.Observation{
		"zero": {}, "named": {Scenario: s.Name, Executor: "x"}, "of another": other, "killed": died, "not started": started,
	} {
		t.Run(name, func(t *testing.T) {
			v := Judge(s, o)
			require.Len(t, v.Clauses, len(executor.Clauses))
			for _, c := range v.Clauses {
				require.Equal(t, scenarios.Unknown, c.Status, "%+v", c)
				require.NotEmpty(t, c.Reason)
			}
			require.Equal(t, scenarios.Unknown, v.Status())
		})
	}
	for _, s := range scenarios.Catalogue() {
		require.Equal(t, scenarios.Unknown, Judge(s, scenarios.Observation{}).Status(), s.Name)
	}
}

func TestJudgeOfCrash(t *testing.T) {
	s := case0()
	s.Clauses = []executor.Clause{executor.ReturnsInTime, executor.LeavesNothing}
	o := scenarios.Observation{Executor: "x", Scenario: s.Name, Crash: &scenarios.Crash{Kind: "panic", Message: "boo", Stacks: "goroutine 1"}}
	v := Judge(s, o)
	require.Equal(t, scenarios.Fail, clause(t, v, executor.Survives).Status, "a crash is always judged by clause 7")
	require.Equal(t, scenarios.Fail, clause(t, v, executor.ReturnsInTime).Status)
	require.Equal(t, scenarios.Unknown, clause(t, v, executor.LeavesNothing).Status)
}

func TestNeedsRepeat(t *testing.T) {
	o := scenarios.Observation{Clock: scenarios.RealClock, Setup: scenarios.Setup{Grace: 40 * msec}, Control: scenarios.Control{Lateness: 20 * msec}}
	require.False(t, NeedsRepeat(o))
	o.Control.Lateness++
	require.True(t, NeedsRepeat(o))
	o.Clock = scenarios.VirtualClock
	require.False(t, NeedsRepeat(o))
}

func TestWaive(t *testing.T) {
	v := scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: 1, Status: scenarios.Fail}, {Clause: 2, Status: scenarios.Unknown}, {Clause: 3, Status: scenarios.Fail}, {Clause: 4, Status: scenarios.Pass}}}
	got := Waive(v, executor.Waiver{Clause: 1, Reason: "known"}, executor.Waiver{Clause: 2, Reason: "known"}, executor.Waiver{Clause: 3, Reason: ""}, executor.Waiver{Clause: 4, Reason: "known"})
	require.Equal(t, []scenarios.ClauseResult{{Clause: 1, Status: scenarios.Waived, Reason: "known"}, {Clause: 2, Status: scenarios.Unknown}, {Clause: 3, Status: scenarios.Fail}, {Clause: 4, Status: scenarios.Pass}}, got.Clauses)
	require.Equal(t, scenarios.Fail, v.Clauses[0].Status, "the verdict that was handed in stays as it was")
}

func TestStuckBound(t *testing.T) {
	s := case0()
	s.Agents = slices.Repeat([]scenarios.Agent{{Fault: mocks.HangIgnoring()}}, 5)
	for i := range s.Agents {
		s.Agents[i].ID = string(rune('a' + i))
	}
	s.Load = scenarios.Load{Requests: 100, Every: 10 * msec}
	setup, err := s.Setup()
	require.NoError(t, err)
	o := scenarios.Observation{Setup: setup, Totals: scenarios.Totals{Requests: 100, Watched: time.Second}}
	// 15 calls start within AgentTimeout + Grace = 140 ms; one trial in 1 s.
	require.Equal(t, 5*(4+15+1+1), StuckBound(s, o))
	o.Setup.MaxInFlight = 30
	require.Equal(t, 30, StuckBound(s, o))
	o.Setup.MaxInFlight = 0
	s.Load.Sequential = true
	require.Equal(t, 5*(4+1+1+1), StuckBound(s, o))
	s.Load = scenarios.Load{}
	o.Totals.Requests = 1
	require.Equal(t, 5, StuckBound(s, o), "one request leaves each agent once at most")
}
