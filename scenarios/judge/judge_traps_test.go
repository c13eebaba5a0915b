package judge

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// What a mutant once got away with is a breach, and its innocent lookalike is not.
func TestJudgeTraps(t *testing.T) {
	type change func(*scenarios.Scenario, *scenarios.Observation, *scenarios.Call)
	failFast := func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
		o.Setup.Policy = string(executor.FailFast)
		c.Ended, c.Results, c.Error, c.Is = 50*msec, nil, "b", []string{"agent b"}
		c.Agents[2].Started, c.Agents[2].RunningAtReturn = true, true
	}
	neverStarted := func(ended time.Duration) change {
		return func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			c.Ended = ended
			c.Agents[2] = scenarios.AgentRun{Place: 2, ID: "c"}
		}
	}
	timedOut := func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
		c.Results, c.Error, c.Ended = nil, "b: injected fault", 101*msec
		c.Is = []string{"agent a", "agent b", "context.Canceled"}
		c.Agents[0].Outcome, c.Agents[0].Tools, c.Agents[0].Error, c.Agents[0].EndAt = mocks.Failed, nil, "a: injected fault", 61*msec
		c.Agents[2] = scenarios.AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 101 * msec, Outcome: mocks.Failed, Error: context.Canceled.Error()}
	}
	panicked := func(word string) change {
		return func(s *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			s.Agents = s.Agents[1:2]
			c.Results, c.Error, c.Ended = nil, word, 21*msec
			c.Agents = []scenarios.AgentRun{{Place: 0, ID: "b", Started: true, StartAt: msec, Ended: true, EndAt: 21 * msec, Outcome: mocks.Panicked, Error: "b: injected fault"}}
		}
	}
	for name, tt := range map[string]struct {
		clause executor.Clause
		change change
		want   scenarios.Status
		got    string
	}{
		"started when FailFast was over": {4, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			failFast(s, o, c)
			c.Agents[2].StartAt = 22 * msec
		}, scenarios.Fail, "fail-fast had ended the call"},
		"started at the moment of the failure": {4, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			failFast(s, o, c)
			c.Agents[2].StartAt = 21 * msec
		}, scenarios.Pass, ""},
		"started after a failure that ends nothing": {4, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[2].StartAt = 40 * msec
		}, scenarios.Pass, ""},
		"never started in all its time": {2, neverStarted(140 * msec), scenarios.Fail, "never started"},
		"never started, and the caller left": {2, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			neverStarted(60*msec)(s, o, c)
			c.CancelledAt, s.Caller.CancelAfter = 31*msec, 30*msec
		}, scenarios.Pass, ""},
		"a place was free": {8, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			o.Setup.Limit = 2
			neverStarted(240*msec)(s, o, c)
		}, scenarios.Fail, "never started"},
		"no place was free": {8, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			o.Setup.Limit = 1
			neverStarted(340*msec)(s, o, c)
			c.Agents[0].EndAt, c.Agents[0].Tools = 120*msec, nil
			c.Agents[1].StartAt, c.Agents[1].EndAt = 120*msec, 230*msec
		}, scenarios.Pass, ""},
		"a deadline reads as a cancellation": {3, timedOut, scenarios.Fail, "context.DeadlineExceeded"},
		"a deadline is named": {3, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			timedOut(s, o, c)
			c.Is = append(c.Is, "context.DeadlineExceeded")
		}, scenarios.Pass, ""},
		"the consequence for the cause": {3, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			failFast(s, o, c)
			c.Agents[0].Outcome, c.Agents[0].Error, c.Agents[0].EndAt, c.Agents[0].Tools = mocks.Failed, context.Canceled.Error(), 21*msec, nil
			c.Is = []string{"context.Canceled"}
		}, scenarios.Fail, "does not find the first failure"},
		"a panic without its name": {7, panicked("agent b failed: internal error"), scenarios.Fail, `does not say "panic"`},
		"a panic with its name":    {7, panicked("agent b failed: panic: boo"), scenarios.Pass, ""},
		"not called beside a nil": {7, func(s *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			s.Agents[1].Nil = true
			c.Agents[1] = scenarios.AgentRun{Place: 1}
			c.Ended = 30 * msec
			c.Agents[2] = scenarios.AgentRun{Place: 2, ID: "c"}
		}, scenarios.Fail, "were not called"},
		"a tool cancelled in its time": {9, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[0].Tools[0].Error = context.DeadlineExceeded.Error()
		}, scenarios.Fail, "cancelled after"},
		"a tool that failed by itself": {9, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[0].Tools[0].Error = "injected fault"
		}, scenarios.Pass, ""},
		"a tool cancelled with its caller": {9, func(s *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[0].Tools[0].Error = context.Canceled.Error()
			c.CancelledAt, s.Caller.CancelAfter = 16*msec, 15*msec
		}, scenarios.Pass, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := case0()
			o := good(t, s)
			tt.change(&s, &o, &o.Calls[0])
			got := clause(t, Judge(s, o), tt.clause)
			require.Equal(t, tt.want, got.Status, "%+v", got)
			require.Contains(t, got.Got, tt.got)
		})
	}
}
