package judge

import (
	"testing"

	"github.com/watertight-go/watertight/mocks"
)

// Each case changes one thing in an observation that keeps every clause.
func TestCallerClauses(t *testing.T) {
	runCases(t, map[string]judgeCase{
		"1: too late":                 {1, func(_ *Scenario, _ *Observation, c *Call) { c.Ended = 142 * msec }, Fail, "returned after 141ms"},
		"1: still waiting":            {1, blocked, Fail, "still waiting after 599ms"},
		"1: an undescribed call late": {1, func(_ *Scenario, o *Observation, _ *Call) { o.Totals.Overshoot = msec }, Fail, "1ms too late"},
		"1: after the cancellation": {1, func(_ *Scenario, _ *Observation, c *Call) {
			c.CancelledAt = 31 * msec
		}, Fail, "returned after 140ms"},
		"1: lateness is granted": {1, func(_ *Scenario, o *Observation, c *Call) {
			o.Clock, o.Control.Lateness, c.Ended = RealClock, 10*msec, 150*msec
		}, Pass, ""},
		"1: lateness is too much": {1, func(_ *Scenario, o *Observation, c *Call) {
			o.Clock, o.Control.Lateness, c.Ended = RealClock, 21*msec, 160*msec
		}, Unknown, "only by that allowance"},
		"1: late, and the machine too": {1, func(_ *Scenario, o *Observation, c *Call) {
			o.Clock, o.Control.Lateness, c.Ended = RealClock, 21*msec, 200*msec
		}, Unknown, "more than half of Grace"},
		"1: in time on a late machine": {1, func(_ *Scenario, o *Observation, _ *Call) {
			o.Clock, o.Control.Lateness = RealClock, 21*msec
		}, Pass, ""},
		"1: blocked on a late machine": {1, func(s *Scenario, o *Observation, c *Call) {
			blocked(s, o, c)
			o.Clock, o.Control.Lateness = RealClock, 21*msec
		}, Fail, "still waiting"},
		"1: observed too short":      {1, notReturned, Unknown, "observed for 49ms only"},
		"1: sums that do not add up": {1, func(_ *Scenario, o *Observation, _ *Call) { o.Totals.Returned = 0 }, Unknown, "0 returned"},
		"2: lost":                    {2, noResults, Fail, "no result of agent a"},
		"2: nil response":            {2, func(_ *Scenario, _ *Observation, c *Call) { c.Results[0].Nil = true }, Fail, "no result of agent a"},
		"2: another content":         {2, func(_ *Scenario, _ *Observation, c *Call) { c.Results[0].Content = "?" }, Fail, "content is"},
		"2: another key":             {2, func(_ *Scenario, _ *Observation, c *Call) { c.Results[0].Key = "z" }, Fail, "no result of agent a"},
		"2: tools cut":               {2, func(_ *Scenario, _ *Observation, c *Call) { c.Results[0].Tools = nil }, Fail, "0 tool results"},
		"2: invented": {2, func(_ *Scenario, _ *Observation, c *Call) {
			c.Results = append(c.Results, Result{Key: "b"})
		}, Fail, "did not answer"},
		"2: changed": {2, func(_ *Scenario, _ *Observation, c *Call) {
			c.Changed = []string{`"a" was removed`}
		}, Fail, "changed after"},
		"2: came back early": {2, func(_ *Scenario, _ *Observation, c *Call) { c.Ended = 50 * msec }, Fail, "without agent c"},
		"2: late answer within Grace": {2, func(_ *Scenario, _ *Observation, c *Call) {
			c.Ended = 110 * msec
			c.Agents[2].LateAt, c.Agents[2].LateOutcome = 125*msec, mocks.Responded
		}, Fail, "without agent c"},
		"2: too late to be owed": {2, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[2].LateAt, c.Agents[2].LateOutcome = 145*msec, mocks.Responded
		}, Pass, ""},
		"2: after Grace": {2, func(_ *Scenario, _ *Observation, c *Call) {
			c.Ended = 160 * msec
			c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 145 * msec, Outcome: mocks.Responded}
		}, Pass, ""},
		"2: in Grace": {2, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 135 * msec, Outcome: mocks.Responded}
		}, Fail, "no result of agent c"},
		"2: never started": {2, func(_ *Scenario, _ *Observation, c *Call) {
			c.Ended = 50 * msec
			c.Agents[2] = AgentRun{Place: 2, ID: "c"}
		}, Fail, "without agent c"},
		"2: answered, caller waits": {2, blocked, Fail, "the caller is still waiting"},
		"2: not described":          {2, noAgents, Unknown, "agent by agent"},
		"2: observed too short":     {2, notReturned, Unknown, "observed"},
	})
}
