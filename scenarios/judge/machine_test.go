package judge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// bothClocks is a good observation of both clocks, after a change of each.
func bothClocks(t *testing.T, s Scenario, virtual, machine func(*Observation)) Observation {
	t.Helper()
	v, m := good(t, s), good(t, s)
	v.Clock, m.Clock = VirtualClock, RealClock
	virtual(&v)
	machine(&m)
	return scenarios.OnBothClocks(v, m)
}

func nothing(*Observation) {}

func TestBothClocks(t *testing.T) {
	s := scenarioOfAllClauses()
	left := func(o *Observation) { o.Released.ByExecutor, o.Released.Leak.Goroutines = 1, 1 }
	for name, tt := range map[string]struct {
		virtual, machine func(*Observation)
		clause           executor.Clause
		want             Status
		got              string
	}{
		"late on the machine's clock": {nothing, func(o *Observation) { o.Totals.Overshoot = 999 * msec }, executor.ReturnsInTime, Pass, ""},
		"late on virtual time":        {func(o *Observation) { o.Totals.Overshoot = 1 * msec }, nothing, executor.ReturnsInTime, Fail, "1ms too late"},
		"left on both":                {left, left, executor.LeavesNothing, Fail, "1 goroutine left"},
		"left on virtual time":        {left, nothing, executor.LeavesNothing, Fail, "1 goroutine left"},
		"left on the machine's clock": {nothing, left, executor.LeavesNothing, Fail, "(on the machine's clock)"},
		"heap": {nothing, func(o *Observation) {
			o.Released.Leak.HeapMeasured, o.Released.Leak.Heap = true, (Scenario{}).HeapLimit()+1
		}, executor.LeavesNothing, Fail, "retained"},
		"not inspected on the machine's clock": {nothing, func(o *Observation) { o.Left, o.Released = Leftovers{}, Leftovers{} }, executor.LeavesNothing, Unknown, "could not be inspected"},
		"a race on the machine's clock":        {nothing, func(o *Observation) { o.Races = []string{"r"} }, executor.TouchesNoInput, Fail, "data race"},
		"a race on virtual time":               {func(o *Observation) { o.Races = []string{"r"} }, nothing, executor.TouchesNoInput, Fail, "data race"},
		"a crash on the machine's clock":       {nothing, func(o *Observation) { o.Crash = &Crash{Kind: "fatal"} }, executor.Survives, Fail, "process died"},
		"a crash there, seen by virtual time":  {nothing, func(o *Observation) { o.Crash = &Crash{Kind: "fatal"} }, executor.Cancels, Pass, ""},
		"a crash there, heap unseen":           {nothing, func(o *Observation) { o.Crash = &Crash{Kind: "fatal"} }, executor.LeavesNothing, Unknown, unseen},
		"killed on the machine's clock":        {nothing, func(o *Observation) { o.Crash = &Crash{Kind: "deadline"} }, executor.ReturnsInTime, Pass, ""},
		"a clause that it lacks": {func(o *Observation) { o.Setup.Lacks = []int{5} }, left,
			executor.LeavesNothing, NotApplicable, "does not claim"},
	} {
		t.Run(name, func(t *testing.T) {
			r := clause(t, Judge(s, bothClocks(t, s, tt.virtual, tt.machine)), tt.clause)
			require.Equal(t, tt.want, r.Status, "%+v", r)
			require.Contains(t, r.Got+" "+r.Reason, tt.got)
		})
	}
}

// What the other clock saw as well is evidence.
func TestFailuresOfBothClocks(t *testing.T) {
	s := scenarioOfAllClauses()
	o := bothClocks(t, s, func(o *Observation) { o.InputTouched = []string{"history[0]: now reads 1"} }, func(o *Observation) { o.Races = []string{"r"} })
	r := clause(t, Judge(s, o), executor.TouchesNoInput)
	require.Equal(t, "data race: r", r.Got)
	require.Contains(t, r.Evidence, "on virtual time: history[0]: now reads 1")
}

// On a late machine a failure is unknown, and so is what only the allowance for late
// timers keeps. A heap, a race and a caller that waited far too long are no doubt.
func TestDecided(t *testing.T) {
	s := scenarioOfAllClauses()
	late := func(change func(*Observation)) Observation {
		o := good(t, s)
		o.Clock, o.Control.Lateness = RealClock, 30*msec
		change(&o)
		return o
	}
	for name, tt := range map[string]struct {
		o      Observation
		clause executor.Clause
		want   Status
		got    string
	}{
		"late":                 {late(func(o *Observation) { o.Totals.Overshoot = 100 * msec }), 1, Unknown, "more than half of Grace"},
		"far too late":         {late(func(o *Observation) { o.Totals.Overshoot = 120 * msec }), 1, Fail, "too late"},
		"within the allowance": {late(func(o *Observation) { o.Totals.Overshoot = 50 * msec }), 1, Unknown, "only by that allowance"},
		"in time":              {late(nothing), 1, Pass, ""},
		"no result":            {late(func(o *Observation) { o.Calls[0].Results = nil }), 2, Unknown, "more than half of Grace"},
		"heap": {late(func(o *Observation) {
			o.Left.Leak.Goroutines, o.Released.Leak.HeapMeasured, o.Released.Leak.Heap = 0, true, (Scenario{}).HeapLimit()+1
		}), 5, Fail, "retained"},
		"race":        {late(func(o *Observation) { o.Races = []string{"r"} }), 10, Fail, "data race"},
		"unconfirmed": {late(func(o *Observation) { o.Control.Unconfirmed, o.Totals.Overshoot = []int{1}, 999*msec }), 1, Unknown, "failed in the last"},
	} {
		t.Run(name, func(t *testing.T) {
			r := clause(t, Judge(s, tt.o), tt.clause)
			require.Equal(t, tt.want, r.Status, "%+v", r)
			require.Contains(t, r.Got+" "+r.Reason, tt.got)
			require.Equal(t, tt.want == Unknown, TooSlow(r))
		})
	}
}

// A scenario that asks whether calls return at all gives them time to.
func TestLeeway(t *testing.T) {
	s := scenarioOfAllClauses()
	o := good(t, s)
	o.Clock, o.Totals.Overshoot = RealClock, 300*msec
	require.Equal(t, Fail, clause(t, Judge(s, o), executor.ReturnsInTime).Status)
	s.Leeway = 400 * msec
	require.Equal(t, Pass, clause(t, Judge(s, o), executor.ReturnsInTime).Status)
	o.Totals.Overshoot = 500 * msec
	require.Equal(t, Fail, clause(t, Judge(s, o), executor.ReturnsInTime).Status)
	o.Clock, o.Totals.Overshoot = VirtualClock, 1*msec
	require.Equal(t, Fail, clause(t, Judge(s, o), executor.ReturnsInTime).Status, "on virtual time nothing is late")
}
