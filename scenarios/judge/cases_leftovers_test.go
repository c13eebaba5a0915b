package judge

import (
	"testing"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios/internal/bubble"
)

// Each case changes one thing in an observation that keeps every clause.
func TestCancelledAndLeftovers(t *testing.T) {
	runCases(t, map[string]judgeCase{
		"4: its context was not done": {4, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[2].DoneAtReturn = false
		}, Fail, "its context was not done"},
		"4: started after": {4, func(_ *Scenario, _ *Observation, c *Call) {
			c.CancelledAt, c.Agents[2].StartAt = 30*msec, 31*msec
		}, Fail, "after the caller had cancelled"},
		"4: tool started after": {4, func(_ *Scenario, _ *Observation, c *Call) { c.CancelledAt = 10 * msec }, Fail, "tool t of agent a"},
		"4: started although before": {4, func(s *Scenario, _ *Observation, c *Call) {
			s.Caller.CancelBefore, c.CancelledAt = true, c.Started
		}, Fail, "after the caller had cancelled"},
		"4: not described":      {4, noAgents, Unknown, "agent by agent"},
		"5: left after release": {5, func(_ *Scenario, o *Observation, _ *Call) { o.Released.ByExecutor = 1 }, Fail, "after every agent had returned"},
		"5: left, all honour": {5, func(s *Scenario, o *Observation, _ *Call) {
			s.Agents[2].Fault = mocks.Hang()
		}, Fail, "1 goroutine left"},
		"5: the agent's own": {5, func(s *Scenario, o *Observation, _ *Call) {
			s.Agents[2].Fault, o.Left.AgentOwn = mocks.Hang(), 1
		}, Pass, "agents' own code"},
		"5: descriptors": {5, func(_ *Scenario, o *Observation, _ *Call) {
			o.Released.Leak.DescriptorsMeasured, o.Released.Leak.Descriptors = true, 2
		}, Fail, "2 open descriptors"},
		"5: heap": {5, func(_ *Scenario, o *Observation, _ *Call) {
			o.Released.Leak.HeapMeasured, o.Released.Leak.Heap = true, (Scenario{}).HeapLimit()+1
		}, Fail, "retained"},
		"5: not inspected": {5, notInspected, Unknown, "could not be inspected"},
		"5: the bubble could not end": {5, func(_ *Scenario, o *Observation, _ *Call) {
			o.Warnings = []string{bubble.Left("deadlock")}
		}, Unknown, "the bubble was left behind: deadlock"},
		"5: the bubble kept what was built": {5, func(_ *Scenario, o *Observation, _ *Call) {
			o.Warnings = []string{bubble.LeftByBuild("deadlock")}
		}, Pass, ""},
		"5: found, and the bubble could not end": {5, func(_ *Scenario, o *Observation, _ *Call) {
			o.Warnings, o.Released.ByExecutor = []string{bubble.Left("deadlock")}, 1
		}, Fail, "after every agent had returned"},
		"5: hangs for ever": {5, func(s *Scenario, _ *Observation, _ *Call) {
			s.Agents[2].Fault = mocks.HangForever()
		}, Unknown, "some agents hang for ever"},
		"5: in use, not described": {5, func(s *Scenario, o *Observation, c *Call) {
			noAgents(s, o, c)
			s.Agents, o.Left.ByAgent = []Agent{{ID: "a", Fault: mocks.OnWire()}}, 0
			o.Wire = &Wire{Left: Connections{Open: 1, InUse: 1}}
		}, Unknown, "1 connection is in use"},
		"5: a stream that was not closed": {5, func(s *Scenario, o *Observation, _ *Call) {
			s.Agents[0].Fault = mocks.OnWireStream()
			o.Wire = &Wire{Left: Connections{Open: 2, InUse: 2, Bodies: 2}} // one is that of an agent that hangs
		}, Pass, "an agent's client had not closed 1 response body"},
		"5: a stream that is still open": {5, func(s *Scenario, o *Observation, _ *Call) {
			s.Agents[0].Fault = mocks.OnWireStream()
			o.Wire = &Wire{Released: Connections{Open: 1, InUse: 1}}
		}, Fail, "1 connection is open after every agent had returned"},
		"6: more than bound": {6, func(_ *Scenario, o *Observation, _ *Call) { o.Left.ByAgent = 9 }, Fail, "9 calls of agents"},
		"6: blocked":         {6, blocked, Fail, "1 of 1 callers blocked"},
		"6: others":          {6, func(_ *Scenario, o *Observation, _ *Call) { o.Left.ByExecutor = 1 }, Fail, "outside of any agent's call"},
		"6: shut out":        {6, func(s *Scenario, o *Observation, _ *Call) { s.Recovers = true }, Fail, "shut out"},
		"6: shut out, not described": {6, func(s *Scenario, o *Observation, c *Call) {
			noAgents(s, o, c)
			s.Recovers = true
		}, Fail, "shut out"},
		"6: not inspected": {6, notInspected, Unknown, "could not be inspected"},
	})
}
