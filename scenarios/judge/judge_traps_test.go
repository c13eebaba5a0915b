package judge

import (
	"context"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// What a mutant once got away with is a breach, and its innocent lookalike is not.
func TestJudgeTraps(t *testing.T) {
	failFast := func(_ *Scenario, o *Observation, c *Call) {
		o.Setup.Policy = string(executor.FailFast)
		c.Ended, c.Results, c.Error, c.Is = 50*msec, nil, "b", []string{"agent b"}
		c.Agents[2].Started, c.Agents[2].RunningAtReturn = true, true
	}
	neverStarted := func(ended time.Duration) edit {
		return func(_ *Scenario, o *Observation, c *Call) {
			c.Ended = ended
			c.Agents[2] = AgentRun{Place: 2, ID: "c"}
		}
	}
	timedOut := func(_ *Scenario, _ *Observation, c *Call) {
		c.Results, c.Error, c.Ended = nil, "b: injected fault", 101*msec
		c.Is = []string{"agent a", "agent b", "context.Canceled"}
		c.Agents[0].Outcome, c.Agents[0].Tools, c.Agents[0].Error, c.Agents[0].EndAt = mocks.Failed, nil, "a: injected fault", 61*msec
		c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 101 * msec, Outcome: mocks.Failed, Error: context.Canceled.Error(), DoneAtEnd: true}
	}
	panicked := func(word string) edit {
		return func(s *Scenario, _ *Observation, c *Call) {
			s.Agents = s.Agents[1:2]
			c.Results, c.Error, c.Ended = nil, word, 21*msec
			c.Agents = []AgentRun{{Place: 0, ID: "b", Started: true, StartAt: msec, Ended: true, EndAt: 21 * msec, Outcome: mocks.Panicked, Error: "b: injected fault"}}
		}
	}
	runCases(t, map[string]judgeCase{
		"started when FailFast was over": {4, func(s *Scenario, o *Observation, c *Call) {
			failFast(s, o, c)
			c.Agents[2].StartAt = 22 * msec
		}, Fail, "fail-fast had ended the call"},
		"started at the moment of the failure": {4, func(s *Scenario, o *Observation, c *Call) {
			failFast(s, o, c)
			c.Agents[2].StartAt = 21 * msec
		}, Pass, ""},
		"started after a failure that ends nothing": {4, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[2].StartAt = 40 * msec
		}, Pass, ""},
		"never started in all its time": {2, neverStarted(140 * msec), Fail, "never started"},
		"never started, and the caller left": {2, func(s *Scenario, o *Observation, c *Call) {
			neverStarted(60*msec)(s, o, c)
			c.CancelledAt, s.Caller.CancelAfter = 31*msec, 30*msec
		}, Pass, ""},
		"a place was free": {8, func(s *Scenario, o *Observation, c *Call) {
			o.Setup.Limit = 2
			neverStarted(240*msec)(s, o, c)
		}, Fail, "never started"},
		"no place was free": {8, func(s *Scenario, o *Observation, c *Call) {
			o.Setup.Limit = 1
			neverStarted(340*msec)(s, o, c)
			c.Agents[0].EndAt, c.Agents[0].Tools = 120*msec, nil
			c.Agents[1].StartAt, c.Agents[1].EndAt = 120*msec, 230*msec
		}, Pass, ""},
		"a deadline reads as a cancellation": {3, timedOut, Fail, "context.DeadlineExceeded"},
		"a deadline is named": {3, func(s *Scenario, o *Observation, c *Call) {
			timedOut(s, o, c)
			c.Is = append(c.Is, "context.DeadlineExceeded")
		}, Pass, ""},
		"the consequence for the cause": {3, func(s *Scenario, o *Observation, c *Call) {
			failFast(s, o, c)
			c.Agents[0].Outcome, c.Agents[0].Error, c.Agents[0].EndAt, c.Agents[0].Tools = mocks.Failed, context.Canceled.Error(), 21*msec, nil
			c.Agents[0].DoneAtEnd = true
			c.Is = []string{"context.Canceled"}
		}, Fail, "is not the first failure"},
		"a panic without its value": {7, panicked("agent b failed: panic"), Fail, "does not have the text of the panic"},
		"a panic with its value":    {7, panicked("oops: b: injected fault"), Pass, ""},
		"not called beside a nil": {7, func(s *Scenario, _ *Observation, c *Call) {
			s.Agents[1].Nil = true
			c.Agents[1] = AgentRun{Place: 1}
			c.Ended = 30 * msec
			c.Agents[2] = AgentRun{Place: 2, ID: "c"}
		}, Fail, "agent c was not called"},
		"a tool cancelled in its time": {9, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[0].Tools[0].Error = context.DeadlineExceeded.Error()
		}, Fail, "cancelled after"},
		"a tool that failed by itself": {9, func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[0].Tools[0].Error = "injected fault"
		}, Pass, ""},
		"a tool cancelled with its caller": {9, func(s *Scenario, _ *Observation, c *Call) {
			c.Agents[0].Tools[0].Error = context.Canceled.Error()
			c.CancelledAt, s.Caller.CancelAfter = 16*msec, 15*msec
		}, Pass, ""},
	})
}
