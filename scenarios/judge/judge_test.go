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

// scenarioOfAllClauses is a scenario with an agent that answers and has a tool, one that
// fails, and one that ignores its context, under every clause.
func scenarioOfAllClauses() Scenario {
	s := Scenario{
		Name: "case", Story: "made by hand",
		Agents: []Agent{
			{ID: "a", Fault: mocks.Respond(10 * msec), Tools: []mocks.ToolFault{mocks.ToolOK("t", 5*msec)}},
			{ID: "b", Fault: mocks.Fail(20 * msec)},
			{ID: "c", Fault: mocks.HangIgnoring()},
		},
		Config: executor.Config{AgentTimeout: 100 * msec, ToolTimeout: 40 * msec, Grace: 40 * msec, MaxStuck: 4, Limit: 3},
	}
	for c := executor.ReturnsInTime; c <= executor.Joins; c++ {
		s.Clauses = append(s.Clauses, c)
	}
	return s
}

// good is an observation of that scenario that keeps every clause.
func good(t *testing.T, s Scenario) Observation {
	t.Helper()
	setup, err := s.Setup()
	require.NoError(t, err)
	return Observation{
		Executor: "x", Scenario: s.Name, Clock: VirtualClock, Setup: setup,
		Calls: []Call{{
			Started: 1 * msec, Returned: true, Ended: 141 * msec,
			Results: []Result{{Key: "a", AgentID: "a", Content: mocks.Content("a", scenarios.InputOf(0)), Tools: []ToolResult{{Name: "t", Content: mocks.ToolContent("t", scenarios.InputOf(0))}}}},
			Agents: []AgentRun{
				{Place: 0, ID: "a", Started: true, StartAt: 1 * msec, Ended: true, EndAt: 11 * msec, Outcome: mocks.Responded, Tools: []ToolRun{{Name: "t", StartAt: 11 * msec, Ended: true, EndAt: 16 * msec}}},
				{Place: 1, ID: "b", Started: true, StartAt: 1 * msec, Ended: true, EndAt: 21 * msec, Outcome: mocks.Failed, Error: "b: injected fault"},
				{Place: 2, ID: "c", Ignores: true, Started: true, StartAt: 1 * msec, RunningAtReturn: true, DoneAtReturn: true},
			},
		}},
		Totals:   Totals{Requests: 1, Returned: 1, WithResults: 1, AgentsStarted: 3, AgentsRunning: 1, Peak: 3, Watched: 141 * msec, Latency: Latency{N: 1, Max: 140 * msec}},
		Left:     Leftovers{Inspected: true, ByAgent: 1, Leak: leak.Report{Goroutines: 1, Findings: []leak.Finding{{Count: 1, Function: mocksPrefix + "hangIgnoring"}}}},
		Released: Leftovers{Inspected: true},
	}
}

func clause(t *testing.T, v Verdict, c executor.Clause) ClauseResult {
	t.Helper()
	i := slices.IndexFunc(v.Clauses, func(r ClauseResult) bool { return r.Clause == c })
	require.GreaterOrEqual(t, i, 0, "%v was not judged", c)
	return v.Clauses[i]
}

func TestJudgePassesWhatIsGood(t *testing.T) {
	s := scenarioOfAllClauses()
	v := Judge(s, good(t, s))
	require.Len(t, v.Clauses, int(executor.Joins))
	for _, c := range v.Clauses {
		require.Equal(t, Pass, c.Status, "%v: %+v", c.Clause, c)
		require.NotEmpty(t, c.Got)
		require.NotEmpty(t, c.Want)
	}
	require.Equal(t, Pass, v.Status())
}

// Nothing observed, or something else observed, passes nothing.
func TestJudgeOfNothing(t *testing.T) {
	s := scenarioOfAllClauses()
	other := good(t, s)
	other.Scenario = "other"
	died := good(t, s)
	died.Crash = &Crash{Kind: "signal", Message: "killed"}
	started := good(t, s)
	started.Crash = &Crash{Kind: "start", Message: "no such file"}
	for name, o := range map[string]Observation{
		"zero": {}, "named": {Scenario: s.Name, Executor: "x"}, "of another": other, "killed": died, "not started": started,
	} {
		t.Run(name, func(t *testing.T) {
			v := Judge(s, o)
			require.Len(t, v.Clauses, int(executor.Joins))
			for _, c := range v.Clauses {
				require.Equal(t, Unknown, c.Status, "%+v", c)
				require.NotEmpty(t, c.Reason)
			}
			require.Equal(t, Unknown, v.Status())
		})
	}
	for _, s := range append(scenarios.Catalogue(), scenarios.Streams()...) {
		require.Equal(t, Unknown, Judge(s, Observation{}).Status(), s.Name)
	}
}

func TestJudgeOfCrash(t *testing.T) {
	s := scenarioOfAllClauses()
	s.Clauses = []executor.Clause{executor.ReturnsInTime, executor.LeavesNothing}
	o := Observation{Executor: "x", Scenario: s.Name, Crash: &Crash{Kind: "panic", Message: "boo", Stacks: "goroutine 1"}}
	v := Judge(s, o)
	require.Equal(t, Fail, clause(t, v, executor.Survives).Status, "a crash is always judged by clause 7")
	require.Equal(t, Fail, clause(t, v, executor.ReturnsInTime).Status)
	require.Equal(t, Unknown, clause(t, v, executor.LeavesNothing).Status)
}

func TestNeedsRepeat(t *testing.T) {
	o := Observation{Clock: RealClock, Setup: Setup{Grace: 40 * msec}, Control: Control{Lateness: 20 * msec}}
	require.False(t, NeedsRepeat(o))
	o.Control.Lateness++
	require.True(t, NeedsRepeat(o))
	o.Clock = VirtualClock
	require.False(t, NeedsRepeat(o))
}

func TestWaive(t *testing.T) {
	v := Verdict{Clauses: []ClauseResult{{Clause: 1, Status: Fail}, {Clause: 2, Status: Unknown}, {Clause: 3, Status: Fail}, {Clause: 4, Status: Pass}}}
	got := Waive(v, executor.Waiver{Clause: 1, Reason: "known"}, executor.Waiver{Clause: 2, Reason: "known"}, executor.Waiver{Clause: 3, Reason: ""}, executor.Waiver{Clause: 4, Reason: "known"})
	require.Equal(t, []ClauseResult{{Clause: 1, Status: Waived, Reason: "known"}, {Clause: 2, Status: Unknown}, {Clause: 3, Status: Fail}, {Clause: 4, Status: Pass}}, got.Clauses)
	require.Equal(t, Fail, v.Clauses[0].Status, "the verdict that was handed in stays as it was")
}

func TestStuckBound(t *testing.T) {
	s := scenarioOfAllClauses()
	s.Agents = slices.Repeat([]Agent{{Fault: mocks.HangIgnoring()}}, 5)
	for i := range s.Agents {
		s.Agents[i].ID = string(rune('a' + i))
	}
	s.Load = Load{Requests: 100, Every: 10 * msec}
	setup, err := s.Setup()
	require.NoError(t, err)
	o := Observation{Setup: setup, Totals: Totals{Requests: 100, Watched: time.Second}}
	// 15 calls start within AgentTimeout + Grace = 140 ms; one trial in 1 s.
	require.Equal(t, 5*(4+15+1+1), StuckBound(s, o))
	o.Setup.MaxInFlight = 30
	require.Equal(t, 30, StuckBound(s, o))
	o.Setup.MaxInFlight = 0
	s.Load.Sequential = true
	require.Equal(t, 5*(4+1+1+1), StuckBound(s, o))
	s.Load = Load{}
	o.Totals.Requests = 1
	require.Equal(t, 5, StuckBound(s, o), "one request leaves each agent once at most")
}

// On virtual time it is chance whether an agent that ends at the moment of the return has
// ended before it. One that ends later has not, and on the machine's clock neither has.
func TestAgentThatEndsAtTheReturn(t *testing.T) {
	for name, it := range map[string]struct {
		clock  scenarios.Clock
		lateAt time.Duration
		want   Status
	}{
		"at the return":          {VirtualClock, 141 * msec, Pass},
		"later":                  {VirtualClock, 141*msec + 1, Fail},
		"on the machine's clock": {RealClock, 141 * msec, Fail},
		"not before the release": {VirtualClock, 0, Fail},
	} {
		t.Run(name, func(t *testing.T) {
			s := scenarioOfAllClauses()
			o := good(t, s)
			o.Clock = it.clock
			a := &o.Calls[0].Agents[1]
			*a = AgentRun{Place: 1, ID: "b", Started: true, StartAt: 1 * msec, RunningAtReturn: true, DoneAtReturn: true, LateAt: it.lateAt}
			require.Equal(t, it.want, clause(t, Judge(s, o), executor.Joins).Status)
		})
	}
}
