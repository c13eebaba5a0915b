package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// cellWith is a cell whose clauses came to these statuses, from clause 1 on.
func cellWith(name string, statuses ...Status) Cell {
	c := Cell{
		Observation: Observation{Executor: name, Scenario: "case", Calls: []Call{{Returned: true, Ended: 5 * msec, Results: []Result{{Key: "a", Content: "x"}}}}, Setup: Setup{Agents: 2}},
		Verdict:     Verdict{Executor: name, Scenario: "case"},
	}
	for i, s := range statuses {
		c.Verdict.Clauses = append(c.Verdict.Clauses, ClauseResult{Clause: executor.Clause(i + 1), Status: s, Got: "seen by " + name})
	}
	return c
}

func TestCompare(t *testing.T) {
	s := Scenario{Name: "case", MatrixRow: "A row"}
	for name, tt := range map[string]struct {
		before, after []Status
		want, swapped Relation
	}{
		"both keep":              {[]Status{Pass, Pass}, []Status{Pass, Pass}, Same, Same},
		"fixed":                  {[]Status{Fail, Pass}, []Status{Pass, Pass}, Fixed, Broken},
		"one fixed, one broken":  {[]Status{Fail, Pass}, []Status{Pass, Fail}, Broken, Broken},
		"one fixed, one failing": {[]Status{Fail, Fail}, []Status{Pass, Fail}, Fixed, Broken},
		"still failing":          {[]Status{Fail, Pass}, []Status{Fail, Pass}, StillFailing, StillFailing},
		"waived is failing":      {[]Status{Fail, Pass}, []Status{Waived, Pass}, StillFailing, StillFailing},
		"after unknown":          {[]Status{Pass, Pass}, []Status{Pass, Unknown}, Undecided, Undecided},
		"fixed, but one unknown": {[]Status{Fail, Pass}, []Status{Pass, Unknown}, Undecided, Broken},
		"broken is known anyway": {[]Status{Pass, Pass}, []Status{Fail, Unknown}, Broken, Fixed},
		"before unknown, fixed":  {[]Status{Fail, Unknown}, []Status{Pass, Pass}, Fixed, Broken},
		"not applicable":         {[]Status{NotApplicable}, []Status{Pass}, Same, Same},
		"nothing judged":         {nil, nil, Undecided, Undecided},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := cellWith("b", tt.before...), cellWith("a", tt.after...)
			c := Compare(s, before, after)
			require.Equal(t, tt.want, c.Relation, "%+v", c)
			require.Equal(t, "A row", c.MatrixRow)
			require.Equal(t, []string{"b", "a"}, []string{c.Before, c.After})
			require.Equal(t, "1 of 2 results, no error, 5ms", c.BeforeSaw)
			require.Equal(t, tt.swapped, Compare(s, after, before).Relation)
			if c.Relation == Fixed || c.Relation == Broken {
				require.Contains(t, c.How[0], "before: seen by b; after: seen by a")
			}
		})
	}
}

// Only one process died: clause 7 was judged for that one alone.
func TestCompareWithACrash(t *testing.T) {
	s := Scenario{Name: "case", Clauses: []executor.Clause{executor.ReturnsInTime}}
	before, after := cellWith("b"), cellWith("a", Pass)
	before.Observation.Crash = &Crash{Kind: "panic", Message: "boo"}
	before.Verdict = Judge(s, before.Observation)
	c := Compare(s, before, after)
	require.Equal(t, Fixed, c.Relation, "%+v", c)
	require.Equal(t, "process died: panic: boo", c.BeforeSaw)
	require.Equal(t, Broken, Compare(s, after, before).Relation)
}

func TestCompareOfDifferentScenarios(t *testing.T) {
	other := cellWith("a", Pass)
	other.Observation.Scenario = "other"
	require.Equal(t, Undecided, Compare(Scenario{Name: "case"}, cellWith("b", Pass), other).Relation)
}

// Both keep every clause; what the caller sees tells them apart, or does not.
func TestDifferences(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Call)
		how    string // empty: the same
	}{
		"time":    {func(c *Call) { c.Started, c.Ended = 2*msec, 90*msec }, ""},
		"agents":  {func(c *Call) { c.Agents = []AgentRun{{ID: "a"}} }, ""},
		"key":     {func(c *Call) { c.Results = []Result{{Key: "b"}} }, "results of: before a, after b"},
		"missing": {func(c *Call) { c.Results = nil }, "after none"},
		"content": {func(c *Call) { c.Results = []Result{{Key: "a", Content: "y"}} }, `"a" was changed`},
		"tools": {func(c *Call) {
			c.Results = []Result{{Key: "a", Content: "x", Tools: []ToolResult{{}}}}
		}, `"a" was changed`},
		"nil map":       {func(c *Call) { c.NilMap = true }, "map is nil"},
		"error":         {func(c *Call) { c.Error = "late" }, "error: before none, after late"},
		"not returned":  {func(c *Call) { c.Returned = false }, "returned: before true, after false"},
		"panic":         {func(c *Call) { c.Panic = "boo" }, "returned: before true, after false"},
		"nothing at it": {func(*Call) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := cellWith("b", Pass), cellWith("a", Pass)
			tt.change(&after.Observation.Calls[0])
			c := Compare(Scenario{Name: "case"}, before, after)
			if tt.how == "" {
				require.Equal(t, Same, c.Relation, "%+v", c)
				return
			}
			require.Equal(t, Changed, c.Relation)
			require.Contains(t, c.How[0], tt.how)
		})
	}
}

func TestErrorDifferences(t *testing.T) {
	call := func(text string, is ...string) Call {
		return Call{Returned: true, Error: text, Is: is}
	}
	require.Empty(t, callDifferences(call("retry in 649ms, please"), call("retry in 1.2s, please")), "times differ from run to run")
	require.NotEmpty(t, callDifferences(call("a failed"), call("b failed")))
	require.NotEmpty(t, callDifferences(call("a", "context.Canceled"), call("a")))
}

// TestTiedFailures: which of two agents that fail together an executor hears of
// first is chance, and no difference between executors.
func TestTiedFailures(t *testing.T) {
	with := func(first string, apart time.Duration) Call {
		return Call{Error: "agent " + first + " failed: context canceled", Agents: []AgentRun{
			{ID: "a", Ended: true, EndAt: 30 * msec, Outcome: mocks.Failed},
			{ID: "b", Ended: true, EndAt: 30*msec + apart, Outcome: mocks.Failed},
			{ID: "c", Ended: true, EndAt: 30 * msec, Outcome: mocks.Responded},
		}}
	}
	require.Empty(t, callDifferences(with("a", msec), with("b", 2*msec)))
	given := with("b", msec)
	given.Agents[1].Ended, given.Agents[1].Started, given.Ended = false, true, 31*msec
	require.Empty(t, callDifferences(with("a", msec), given), "b was given up when a failed")
	require.NotEmpty(t, callDifferences(with("a", msec), with("c", msec)), "c did not fail")
	require.NotEmpty(t, callDifferences(with("a", 50*msec), with("b", 50*msec)), "b is the wrong one to name here")
}

func TestSaw(t *testing.T) {
	require.Equal(t, "nothing was observed", saw(Observation{}))
	require.Equal(t, "still waiting after 1s", saw(Observation{Calls: []Call{{Ended: 1000 * msec}}}))
	require.Equal(t, "panic in the caller: boo", saw(Observation{Calls: []Call{{Returned: true, Panic: "boo"}}}))
	require.Equal(t, "3 of 4 calls returned; the last: 0 of 0 results, error: no, 1ms",
		saw(Observation{Totals: Totals{Requests: 4, Returned: 3}, Calls: []Call{{Returned: true, Error: "no", Ended: msec}}}))
}
