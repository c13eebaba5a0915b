package judge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// A waiver covers the failures that it names and no others.
func TestWaiversCoverOneBreach(t *testing.T) {
	status := func(clause executor.Clause, change edit, waivers []executor.Waiver) Status {
		s := scenarioOfAllClauses()
		s.Name = "goexit"
		o := good(t, s)
		o.Scenario = s.Name
		change(&s, &o, &o.Calls[0])
		v := Waive(Judge(s, o), waivers...)
		for _, c := range v.Clauses {
			if c.Clause == clause {
				return c.Status
			}
		}
		return ""
	}
	through := LetsPanicsThrough("a panic is a bug")
	ended := func(_ *Scenario, _ *Observation, c *Call) { c.Panic = "runtime.Goexit" }
	hole := then(healthy(executor.FailFast), func(_ *Scenario, _ *Observation, c *Call) {
		c.Agents[2].Outcome = mocks.Exited
		c.Results = c.Results[:2]
	})
	require.Equal(t, Waived, status(executor.PartialSuccess, ended, through))
	require.Equal(t, Fail, status(executor.PartialSuccess, hole, through), "a nil error hides what an agent owes that called Goexit")
	require.Equal(t, Fail, status(executor.ReturnsInTime, then(healthy(executor.FailFast), func(s *Scenario, o *Observation, c *Call) {
		blocked(s, o, c)
		c.Agents[2].Outcome = mocks.Exited
	}), through), "a call that hangs after a Goexit")

	waits := []executor.Waiver{{Clause: executor.ReturnsInTime, Breach: executor.ByWaiting, Reason: "it waits"}, {Clause: executor.LosesNothing, Breach: executor.ByWaiting, Reason: "it waits"}}
	require.Equal(t, Waived, status(executor.ReturnsInTime, blocked, waits))
	require.Equal(t, Fail, status(executor.ReturnsInTime, then(healthy(executor.FailFast), blocked), waits), "no agent ignores its context")
	require.Equal(t, Fail, status(executor.LosesNothing, noResults, waits), "the call was in time")
}
