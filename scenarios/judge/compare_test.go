package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// cellWith is a cell whose clauses came to these statuses, from clause 1 on.
func cellWith(name string, statuses ...scenarios.Status) scenarios.Cell {
	c := scenarios.Cell{
		Observation: scenarios.Observation{Executor: name, Scenario: "case", Calls: []scenarios.Call{{Returned: true, Ended: 5 * msec, Results: []scenarios.Result{{Key: "a", Content: "x"}}}}, Setup: scenarios.Setup{Agents: 2}},
		Verdict:     scenarios.Verdict{Executor: name, Scenario: "case"},
	}
	for i, s := range statuses {
		c.Verdict.Clauses = append(c.Verdict.Clauses, scenarios.ClauseResult{Clause: executor.Clause(i + 1), Status: s, Got: "seen by " + name})
	}
	return c
}

func TestCompare(t *testing.T) {
	s := scenarios.Scenario{Name: "case", MatrixRow: "A row"}
	for name, tt := range map[string]struct {
		before, after []scenarios.Status
		want, swapped scenarios.Relation
	}{
		"both keep":              {[]scenarios.Status{scenarios.Pass, scenarios.Pass}, []scenarios.Status{scenarios.Pass, scenarios.Pass}, scenarios.Same, scenarios.Same},
		"fixed":                  {[]scenarios.Status{scenarios.Fail, scenarios.Pass}, []scenarios.Status{scenarios.Pass, scenarios.Pass}, scenarios.Fixed, scenarios.Broken},
		"one fixed, one broken":  {[]scenarios.Status{scenarios.Fail, scenarios.Pass}, []scenarios.Status{scenarios.Pass, scenarios.Fail}, scenarios.Broken, scenarios.Broken},
		"one fixed, one failing": {[]scenarios.Status{scenarios.Fail, scenarios.Fail}, []scenarios.Status{scenarios.Pass, scenarios.Fail}, scenarios.Fixed, scenarios.Broken},
		"still failing":          {[]scenarios.Status{scenarios.Fail, scenarios.Pass}, []scenarios.Status{scenarios.Fail, scenarios.Pass}, scenarios.StillFailing, scenarios.StillFailing},
		"waived is failing":      {[]scenarios.Status{scenarios.Fail, scenarios.Pass}, []scenarios.Status{scenarios.Waived, scenarios.Pass}, scenarios.StillFailing, scenarios.StillFailing},
		"after unknown":          {[]scenarios.Status{scenarios.Pass, scenarios.Pass}, []scenarios.Status{scenarios.Pass, scenarios.Unknown}, scenarios.Undecided, scenarios.Undecided},
		"fixed, but one unknown": {[]scenarios.Status{scenarios.Fail, scenarios.Pass}, []scenarios.Status{scenarios.Pass, scenarios.Unknown}, scenarios.Undecided, scenarios.Broken},
		"broken is known anyway": {[]scenarios.Status{scenarios.Pass, scenarios.Pass}, []scenarios.Status{scenarios.Fail, scenarios.Unknown}, scenarios.Broken, scenarios.Fixed},
		"before unknown, fixed":  {[]scenarios.Status{scenarios.Fail, scenarios.Unknown}, []scenarios.Status{scenarios.Pass, scenarios.Pass}, scenarios.Fixed, scenarios.Broken},
		"not applicable":         {[]scenarios.Status{scenarios.NotApplicable}, []scenarios.Status{scenarios.Pass}, scenarios.Same, scenarios.Same},
		"nothing judged":         {nil, nil, scenarios.Undecided, scenarios.Undecided},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := cellWith("b", tt.before...), cellWith("a", tt.after...)
			c := Compare(s, before, after)
			require.Equal(t, tt.want, c.Relation, "%+v", c)
			require.Equal(t, "A row", c.MatrixRow)
			require.Equal(t, []string{"b", "a"}, []string{c.Before, c.After})
			require.Equal(t, "1 of 2 results, no error, 5ms", c.BeforeSaw)
			require.Equal(t, tt.swapped, Compare(s, after, before).Relation)
			if c.Relation == scenarios.Fixed || c.Relation == scenarios.Broken {
				require.Contains(t, c.How[0], "before: seen by b; after: seen by a")
			}
		})
	}
}

// Only one process died: clause 7 was judged for that one alone.
func TestCompareWithACrash(t *testing.T) {
	s := scenarios.Scenario{Name: "case", Clauses: []executor.Clause{executor.ReturnsInTime}}
	before, after := cellWith("b"), cellWith("a", scenarios.Pass)
	before.Observation.Crash = &scenarios.Crash{Kind: "panic", Message: "boo"}
	before.Verdict = Judge(s, before.Observation)
	c := Compare(s, before, after)
	require.Equal(t, scenarios.Fixed, c.Relation, "%+v", c)
	require.Equal(t, "process died: panic: boo", c.BeforeSaw)
	require.Equal(t, scenarios.Broken, Compare(s, after, before).Relation)
}

func TestCompareOfDifferentScenarios(t *testing.T) {
	other := cellWith("a", scenarios.Pass)
	other.Observation.Scenario = "other"
	require.Equal(t, scenarios.Undecided, Compare(scenarios.Scenario{Name: "case"}, cellWith("b", scenarios.Pass), other).Relation)
}

// Both keep every clause; what the caller sees tells them apart, or does not.
func TestDifferences(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*scenarios.Call)
		how    string // empty: the same
	}{
		"time":    {func(c *scenarios.Call) { c.Started, c.Ended = 2*msec, 90*msec }, ""},
		"agents":  {func(c *scenarios.Call) { c.Agents = []scenarios.AgentRun{{ID: "a"}} }, ""},
		"key":     {func(c *scenarios.Call) { c.Results = []scenarios.Result{{Key: "b"}} }, "results of: before a, after b"},
		"missing": {func(c *scenarios.Call) { c.Results = nil }, "after none"},
		"content": {func(c *scenarios.Call) { c.Results = []scenarios.Result{{Key: "a", Content: "y"}} }, `"a" was changed`},
		"tools": {func(c *scenarios.Call) {
			c.Results = []scenarios.Result{{Key: "a", Content: "x", Tools: []scenarios.ToolResult{{}}}}
		}, `"a" was changed`},
		"nil map":       {func(c *scenarios.Call) { c.NilMap = true }, "map is nil"},
		"error":         {func(c *scenarios.Call) { c.Error = "late" }, "error: before none, after late"},
		"not returned":  {func(c *scenarios.Call) { c.Returned = false }, "returned: before true, after false"},
		"panic":         {func(c *scenarios.Call) { c.Panic = "boo" }, "returned: before true, after false"},
		"nothing at it": {func(*scenarios.Call) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := cellWith("b", scenarios.Pass), cellWith("a", scenarios.Pass)
			tt.change(&after.Observation.Calls[0])
			c := Compare(scenarios.Scenario{Name: "case"}, before, after)
			if tt.how == "" {
				require.Equal(t, scenarios.Same, c.Relation, "%+v", c)
				return
			}
			require.Equal(t, scenarios.Changed, c.Relation)
			require.Contains(t, c.How[0], tt.how)
		})
	}
}

func TestErrorDifferences(t *testing.T) {
	call := func(text string, is ...string) scenarios.Call {
		return scenarios.Call{Returned: true, Error: text, Is: is}
	}
	require.Empty(t, callDifferences(call("retry in 649ms, please"), call("retry in 1.2s, please")), "times differ from run to run")
	require.NotEmpty(t, callDifferences(call("a failed"), call("b failed")))
	require.NotEmpty(t, callDifferences(call("a", "context.Canceled"), call("a")))
}

// TestTiedFailures: which of two agents that fail together an executor hears of
// first is chance, and no difference between executors.
func TestTiedFailures(t *testing.T) {
	with := func(first string, apart time.Duration) scenarios.Call {
		return scenarios.Call{Error: "agent " + first + " failed: context canceled", Agents: []scenarios.AgentRun{
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
	require.Equal(t, "nothing was observed", saw(scenarios.Observation{}))
	require.Equal(t, "still waiting after 1s", saw(scenarios.Observation{Calls: []scenarios.Call{{Ended: 1000 * msec}}}))
	require.Equal(t, "panic in the caller: boo", saw(scenarios.Observation{Calls: []scenarios.Call{{Returned: true, Panic: "boo"}}}))
	require.Equal(t, "3 of 4 calls returned; the last: 0 of 0 results, error: no, 1ms",
		saw(scenarios.Observation{Totals: scenarios.Totals{Requests: 4, Returned: 3}, Calls: []scenarios.Call{{Returned: true, Error: "no", Ended: msec}}}))
}
