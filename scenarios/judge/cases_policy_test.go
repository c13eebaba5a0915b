package judge

import (
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// Each case changes one thing in an observation that keeps every clause.
func TestPartialSuccess(t *testing.T) {
	runCases(t, map[string]judgeCase{
		"3: an error beside results": {3, func(_ *Scenario, _ *Observation, c *Call) { c.Error = "b failed" }, Fail, "but also an error"},
		"3: no results":              {3, noResults, Fail, "no results, although 1 agent"},
		"3: neither":                 {3, func(s *Scenario, o *Observation, c *Call) { noA(s, o, c); c.Error = "" }, Fail, "neither a result nor an error"},
		"3: all failed":              {3, noA, Pass, ""},
		"3: not the first": {3, func(s *Scenario, o *Observation, c *Call) {
			noA(s, o, c)
			c.Error = "a: injected fault, b: injected fault"
		}, Fail, "does not start with the first failure"},
		"3: a cause is missing": {3, func(s *Scenario, o *Observation, c *Call) {
			noA(s, o, c)
			c.Is = c.Is[1:]
		}, Fail, "does not find agent b"},
		"3: the time is missing": {3, func(s *Scenario, o *Observation, c *Call) {
			noA(s, o, c)
			c.Is = []string{"agent a", "agent b"}
			c.Agents[2].StartAt = 0
		}, Fail, "context.DeadlineExceeded"},
		"3: the cancellation is missing": {3, func(s *Scenario, o *Observation, c *Call) {
			noA(s, o, c)
			c.CancelledAt, s.Caller.CancelAfter = 90*msec, 89*msec
		}, Fail, "context.Canceled"},
		"3: sibling cancelled": {3, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 21 * msec, Outcome: mocks.Failed, Error: "context canceled", DoneAtEnd: true}
		}, Fail, "agent c was cancelled by another's failure"},
		"3: panic in the caller": {3, func(_ *Scenario, _ *Observation, c *Call) { c.Panic = "boo" }, Fail, "boo"},
		"3: still waiting":       {3, blocked, Fail, "is still waiting"},
		"3: collects no errors": {3, func(_ *Scenario, o *Observation, _ *Call) {
			o.Setup.Policy = string(executor.CollectErrors)
		}, Fail, "no error, although"},
		"3: collects errors": {3, func(_ *Scenario, o *Observation, c *Call) {
			o.Setup.Policy = string(executor.CollectErrors)
			c.Error, c.Is = "b", []string{"agent b", "context.DeadlineExceeded"}
		}, Pass, ""},
		"3: does not fail fast": {3, func(_ *Scenario, o *Observation, c *Call) {
			o.Setup.Policy = string(executor.FailFast)
		}, Fail, "no error, although there is no result of agents b, c"},
		"3: fails slowly": {3, func(_ *Scenario, o *Observation, c *Call) {
			o.Setup.Policy = string(executor.FailFast)
			c.Error, c.Is = "b", []string{"agent b"}
		}, Fail, "after the first failure"},
		"3: fails fast": {3, func(_ *Scenario, o *Observation, c *Call) {
			o.Setup.Policy = string(executor.FailFast)
			c.Error, c.Is, c.Results, c.Ended = "b", []string{"agent b"}, nil, 61*msec
		}, Pass, ""},
		"3: no agents, nil map": {3, func(s *Scenario, _ *Observation, c *Call) {
			s.Agents = nil
			c.Agents, c.Results, c.NilMap = nil, nil, true
		}, Fail, "nil map true"},
		"3: no agents": {3, func(s *Scenario, _ *Observation, c *Call) {
			s.Agents = nil
			c.Agents, c.Results = nil, nil
		}, Pass, ""},
		"3: not described": {3, noAgents, Unknown, "agent by agent"},
	})
}
