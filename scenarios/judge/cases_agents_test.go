package judge

import (
	"testing"

	"github.com/watertight-go/watertight/mocks"
)

// Each case changes one thing in an observation that keeps every clause.
func TestAgentClauses(t *testing.T) {
	runCases(t, map[string]judgeCase{
		"7: loses a sibling": {7, noResults, Fail, "agent a lost its result"},
		"7: panic in caller": {7, func(_ *Scenario, _ *Observation, c *Call) { c.Panic = "boo" }, Fail, "boo"},
		"7: neither":         {7, func(s *Scenario, o *Observation, c *Call) { noA(s, o, c); c.Error = "" }, Fail, "neither a result nor an error"},
		"7: never returned":  {7, blocked, Fail, "never returned"},
		"7: an unclear error": {7, func(s *Scenario, o *Observation, c *Call) {
			noA(s, o, c)
			c.Agents = c.Agents[1:2]
			s.Agents = s.Agents[1:2]
			c.Agents[0].Place, c.Agents[0].Outcome, c.Error = 0, mocks.Panicked, "failed"
		}, Fail, "does not have the text of the panic"},
		"7: not described": {7, noAgents, Unknown, "agent by agent"},
		"8: above":         {8, func(_ *Scenario, o *Observation, _ *Call) { o.Setup.Limit = 2 }, Fail, "3 agents at a time"},
		"8: a queued one lost": {8, func(s *Scenario, o *Observation, c *Call) {
			noResults(s, o, c)
		}, Fail, "has no result"},
		"8: no limit":      {8, func(_ *Scenario, o *Observation, _ *Call) { o.Setup.Limit = 0 }, Unknown, "no limit"},
		"8: not described": {8, noAgents, Unknown, "agent by agent"},
		"8: not claimed":   {8, func(_ *Scenario, o *Observation, _ *Call) { o.Setup.Lacks = []int{8} }, NotApplicable, "does not claim"},
		"9: done context": {9, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[0].Tools[0].DoneAtStart = true
		}, Fail, "done context"},
		"9: too long": {9, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[0].Tools[0].EndAt = 60 * msec
		}, Fail, "ran for 49ms"},
		"9: out of order": {9, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[0].Tools[0].Name = "u"
		}, Fail, "out of order"},
		"9: no results": {9, func(_ *Scenario, _ *Observation, c *Call) { c.Results[0].Tools = nil }, Fail, "0 tool results"},
		"9: error for success": {9, func(_ *Scenario, _ *Observation, c *Call) {
			c.Results[0].Tools[0] = ToolResult{Name: "t", Error: "no"}
		}, Fail, "but its result is the error"},
		"9: failure unsaid": {9, func(_ *Scenario, _ *Observation, c *Call) {
			c.Results[0].Tools[0].Content = ""
		}, Fail, "neither its result nor an error"},
		"9: response lost": {9, noResults, Fail, "because of its tools there is no result"},
		"9: no tool started": {9, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[0].Tools = nil
			c.Results = nil
		}, Unknown, "no tool was started"},
		"10: touched": {10, func(_ *Scenario, o *Observation, _ *Call) {
			o.InputTouched = []string{"agents[0]: modified"}
		}, Fail, "agents[0]"},
		"10: race": {10, func(_ *Scenario, o *Observation, _ *Call) {
			o.Races = []string{"WARNING"}
		}, Fail, "data race"},
	})
}
