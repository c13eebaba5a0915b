package repeat

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

const grace = 40 * time.Millisecond

// good is a scenario and an observation of it that keeps clause 1 and 10.
func good() (scenarios.Scenario, scenarios.Observation) {
	s := scenarios.Scenario{Name: "s", Clauses: []executor.Clause{executor.ReturnsInTime, executor.TouchesNoInput}}
	o := scenarios.Observation{Scenario: "s", Clock: scenarios.RealClock}
	o.Setup = scenarios.Setup{Requests: 1, AgentTimeout: 100 * time.Millisecond, Grace: grace}
	o.Totals = scenarios.Totals{Requests: 1, Returned: 1}
	return s, o
}

// The kinds of runs of the tests.
func late(o *scenarios.Observation)  { o.Totals.Overshoot = 60 * time.Millisecond }
func slow(o *scenarios.Observation)  { late(o); o.Control.Lateness = grace }
func raced(o *scenarios.Observation) { o.Races = []string{"r"} }
func fine(*scenarios.Observation)    {}
func stuck(o *scenarios.Observation) {
	o.Totals.Returned, o.Totals.Blocked, o.Totals.Overshoot = 0, 1, time.Second
}

func crashed(o *scenarios.Observation) { stuck(o); o.Crash = &scenarios.Crash{Kind: "panic"} }
func ended(o *scenarios.Observation)   { o.Crash = &scenarios.Crash{Kind: "deadline"} }

func TestAgain(t *testing.T) {
	type run = func(*scenarios.Observation)
	for _, tt := range []struct {
		name  string
		runs  []run
		first scenarios.Status // of clause 1 after the last run
		tenth scenarios.Status
	}{
		{"nothing failed", []run{fine}, scenarios.Pass, scenarios.Pass},
		{"it came again", []run{late, late}, scenarios.Fail, scenarios.Pass},
		{"it did not come again", []run{late, fine}, scenarios.Pass, scenarios.Pass},
		{"a caller still waits, once", []run{stuck, fine}, scenarios.Pass, scenarios.Pass},
		{"a caller still waits, again", []run{stuck, stuck}, scenarios.Fail, scenarios.Pass},
		{"the machine was slow, once", []run{slow, late}, scenarios.Fail, scenarios.Pass},
		{"the machine was slow, then it passes", []run{slow, slow, fine}, scenarios.Pass, scenarios.Pass},
		{"the machine stays slow", []run{slow, slow, slow, slow, slow, slow, slow}, scenarios.Unknown, scenarios.Pass},
		{"a race is not lateness", []run{raced}, scenarios.Pass, scenarios.Fail},
		{"a race counts though it does not come again", []run{func(o *scenarios.Observation) { raced(o); late(o) }, fine}, scenarios.Pass, scenarios.Fail},
		{"a crash is not lateness", []run{crashed}, scenarios.Fail, scenarios.Unknown},
		{"ended from outside, once", []run{ended, fine}, scenarios.Pass, scenarios.Pass},
		{"ended from outside, again", []run{ended, ended}, scenarios.Unknown, scenarios.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c Cell
			for i, change := range tt.runs {
				s, o := good()
				change(&o)
				require.Equal(t, i+1 < len(tt.runs), c.Again(s, &o), "run %d", i+1)
				if i+1 < len(tt.runs) {
					continue
				}
				require.Equal(t, i, o.Control.Repeats)
				v := judge.Judge(s, o)
				require.Equal(t, tt.first, v.Clauses[0].Status, "%+v", v.Clauses)
				require.Equal(t, tt.tenth, v.Clauses[len(v.Clauses)-1].Status, "%+v", v.Clauses)
			}
		})
	}
}

// A failure that the last run is the first to show is unknown.
func TestFailureOfTheLastRunOnly(t *testing.T) {
	var c Cell
	for i := range Most + 1 {
		s, o := good()
		s.Clauses = append(s.Clauses, executor.Survives)
		slow(&o)
		o.Calls = []scenarios.Call{{Returned: true}}
		if i == Most {
			o.Calls[0].Panic = "boom"
			o.Control.Lateness = 0
		}
		require.Equal(t, i < Most, c.Again(s, &o))
		if i == Most {
			require.Equal(t, []int{int(executor.Survives)}, o.Control.Unconfirmed)
			v := judge.Judge(s, o)
			require.Equal(t, scenarios.Fail, v.Clauses[0].Status, "it has come again")
			require.Equal(t, scenarios.Unknown, v.Clauses[1].Status)
			require.Contains(t, v.Clauses[1].Reason, "the last of 4 runs")
		}
	}
}

// Of a cell that ran on both clocks only what the machine's shows is doubtful.
func TestBothClocks(t *testing.T) {
	s, virtual := good()
	virtual.Clock = scenarios.VirtualClock
	_, machine := good()
	stuck(&machine)
	o := scenarios.OnBothClocks(virtual, machine)
	require.False(t, new(Cell).Again(s, &o))
	require.Equal(t, scenarios.Pass, judge.Judge(s, o).Status())

	s.Clauses = append(s.Clauses, executor.LeavesNothing)
	for _, o := range []*scenarios.Observation{&virtual, &machine} {
		o.Left.Inspected, o.Released.Inspected = true, true
	}
	machine.Released.ByExecutor, machine.Released.Leak.Goroutines = 1, 1
	o = scenarios.OnBothClocks(virtual, machine)
	require.True(t, new(Cell).Again(s, &o))
	require.Equal(t, scenarios.Fail, judge.Judge(s, o).Status())
}
