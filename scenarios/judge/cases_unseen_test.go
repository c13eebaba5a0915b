package judge

import (
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// These cases are kinds of executors that the suite once judged wrongly.

// healthy makes all agents of the call answer, so that there is nothing to fail.
func healthy(policy executor.Policy) edit {
	return func(s *Scenario, o *Observation, c *Call) {
		o.Setup.Policy = string(policy)
		s.Agents[0].Tools = nil
		c.Results, c.Ended = nil, 61*msec
		for i := range c.Agents {
			s.Agents[i].Fault = mocks.Respond(10 * msec)
			c.Agents[i] = AgentRun{Place: i, ID: s.Agents[i].ID, Started: true, StartAt: msec, Ended: true, EndAt: 11 * msec, Outcome: mocks.Responded}
			c.Results = append(c.Results, Result{Key: s.Agents[i].ID, Content: mocks.Content(s.Agents[i].ID, scenarios.InputOf(0))})
		}
	}
}

// then applies one edit after another.
func then(edits ...edit) edit {
	return func(s *Scenario, o *Observation, c *Call) {
		for _, e := range edits {
			e(s, o, c)
		}
	}
}

// neverCalled says that agent c was not called, and gives it a result.
func neverCalled(content string) edit {
	return func(_ *Scenario, _ *Observation, c *Call) {
		c.Agents[2] = AgentRun{Place: 2, ID: "c"}
		c.Results[2].Content = content
	}
}

func withoutC(_ *Scenario, _ *Observation, c *Call) {
	c.Agents[2] = AgentRun{Place: 2, ID: "c"}
	c.Results = c.Results[:2]
}

func canceled(_ *Scenario, _ *Observation, c *Call) { c.CancelledAt = 31 * msec }

func TestResultsOutOfNothing(t *testing.T) {
	runCases(t, map[string]judgeCase{
		"an empty result of an agent that was not called": {2, then(healthy(executor.BestEffort), neverCalled("")), Fail, "which was never called"},
		"the result of a sibling":                         {2, then(healthy(executor.BestEffort), neverCalled(mocks.Content("a", scenarios.InputOf(0)))), Fail, "which was never called"},
		"an empty result where an answer would be empty": {2, then(healthy(executor.BestEffort), func(s *Scenario, _ *Observation, _ *Call) {
			s.Agents[2].Fault = mocks.RespondEmpty(msec)
		}, neverCalled("")), Fail, "which was never called"},
		"a result of an agent that still runs": {2, then(healthy(executor.BestEffort), func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, RunningAtReturn: true, DoneAtReturn: true}
		}), Fail, "still running"},
		"all answered": {2, healthy(executor.FailFast), Pass, ""},
		"a nil error hides an agent after the caller's cancel": {3, then(healthy(executor.FailFast), withoutC, canceled), Fail, "no result of agent c"},
		"a nil error hides an agent, and nobody failed":        {3, then(healthy(executor.FirstError), withoutC), Fail, "no result of agent c"},
		"a nil error hides an agent from a collector":          {3, then(healthy(executor.CollectErrors), withoutC, canceled), Fail, "no result of agent c"},
		"best effort may leave out an agent":                   {3, then(healthy(executor.BestEffort), withoutC, canceled), Pass, ""},
		"an error out of nothing": {3, then(healthy(executor.FailFast), func(_ *Scenario, _ *Observation, c *Call) {
			c.Error = "oops"
		}), Fail, "although no agent had failed"},
		"an error of a caller that cancelled": {3, then(healthy(executor.FailFast), canceled, func(_ *Scenario, _ *Observation, c *Call) {
			c.Error = "context canceled"
		}), Pass, ""},
	})
}

func TestCallsThatShareWork(t *testing.T) {
	cached := then(healthy(executor.FailFast), neverCalled(mocks.Content("c", scenarios.InputOf(0))))
	stale := then(healthy(executor.BestEffort), func(_ *Scenario, o *Observation, c *Call) {
		o.Totals.Requests, o.Totals.Returned = 2, 2
		c.Agents[2].Outcome, c.Agents[2].Error = mocks.Failed, "c: injected fault"
		c.Results[2].Content = mocks.Content("c", scenarios.InputOf(1))
	})
	detached := then(healthy(executor.FailFast), func(_ *Scenario, o *Observation, c *Call) {
		o.Totals.Requests, o.Totals.Returned = 2, 2
		c.Agents[2].Open = true
		other := *c
		other.Index, other.Agents = 1, []AgentRun{{Place: 0, ID: "a"}, {Place: 1, ID: "b"}, {Place: 2, ID: "c"}}
		o.Calls = append(o.Calls, other)
	})
	runCases(t, map[string]judgeCase{
		"an answer of another call":                {2, cached, NotApplicable, "answers of other calls"},
		"the policy cannot be seen":                {3, cached, NotApplicable, "answers of other calls"},
		"time can be seen":                         {1, cached, Pass, ""},
		"a stale answer of an agent that failed":   {2, stale, Fail, "which did not answer"},
		"a context that another call still needed": {4, detached, NotApplicable, "answers of other calls"},
		"one that nobody needed": {4, then(healthy(executor.FailFast), func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[2].Open = true
		}), Fail, "was not done when the call had returned"},
	})
}

func TestBoundsOfItsOwn(t *testing.T) {
	// Two at a time, and each of them takes its whole time.
	inPairs := func(s *Scenario, o *Observation, c *Call) {
		healthy(executor.FailFast)(s, o, c)
		o.Setup.Limit = 0
		s.Agents[2].Fault = mocks.Hang()
		c.Agents[0].EndAt, c.Agents[1].EndAt = 91*msec, 95*msec
		c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: 91 * msec, Ended: true, EndAt: 191 * msec, Outcome: mocks.Failed, Error: "context deadline exceeded", DoneAtEnd: true}
		c.Results, c.Error, c.Is, c.Ended = c.Results[:2], "context deadline exceeded", []string{"context.DeadlineExceeded"}, 191*msec
		o.Totals.Overshoot = 50 * msec
	}
	lacks := func(_ *Scenario, o *Observation, _ *Call) { o.Setup.Lacks = []int{int(executor.RespectsLimit)} }
	runCases(t, map[string]judgeCase{
		"one that claims no limit":    {1, then(inPairs, lacks), Pass, ""},
		"its agents are not accused":  {2, then(inPairs, lacks), Pass, ""},
		"one that runs all, and late": {1, inPairs, Fail, "returned after 190ms"},
		"a queue that uses up an agent's time": {8, then(healthy(executor.BestEffort), func(s *Scenario, o *Observation, c *Call) {
			o.Setup.Limit = 2
			c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: 11 * msec, Ended: true, EndAt: 41 * msec, Outcome: mocks.Failed, Error: "context deadline exceeded", DoneAtEnd: true}
			c.Results = c.Results[:2]
		}), Fail, "which had waited for its turn"},
		"nobody failed, so nobody is blamed": {3, then(healthy(executor.BestEffort), func(s *Scenario, o *Observation, c *Call) {
			c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 41 * msec, Outcome: mocks.Failed, Error: "context deadline exceeded", DoneAtEnd: true}
			c.Results = c.Results[:2]
		}), Pass, ""},
		"an agent's time is cut": {2, then(healthy(executor.BestEffort), func(s *Scenario, o *Observation, c *Call) {
			c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 41 * msec, Outcome: mocks.Failed, Error: "context deadline exceeded", DoneAtEnd: true}
			c.Results = c.Results[:2]
		}), Fail, "although nobody had failed or cancelled"},
	})
}

func TestOwnContextErrors(t *testing.T) {
	reset := then(healthy(executor.CollectErrors), func(_ *Scenario, _ *Observation, c *Call) {
		c.Agents[1].Outcome, c.Agents[1].Error = mocks.Failed, "context canceled"
		c.Results = append(c.Results[:1:1], c.Results[2])
	})
	said := func(text, is string) edit {
		return func(_ *Scenario, _ *Observation, c *Call) { c.Error, c.Is = text, []string{is} }
	}
	runCases(t, map[string]judgeCase{
		"swallowed":      {3, reset, Fail, "no result of agent b"},
		"reported":       {3, then(reset, said("context canceled", "context.Canceled")), Pass, ""},
		"another error":  {3, then(reset, said("oops", "context.DeadlineExceeded")), Fail, "does not find context.Canceled"},
		"no sibling cut": {2, then(reset, said("context canceled", "context.Canceled")), Pass, ""},
	})
}

func TestFirstError(t *testing.T) {
	two := then(healthy(executor.FirstError), func(_ *Scenario, _ *Observation, c *Call) {
		c.Agents[0].Outcome, c.Agents[0].Error, c.Agents[0].EndAt = mocks.Failed, "a: injected fault", 41*msec
		c.Agents[1].Outcome, c.Agents[1].Error = mocks.Failed, "b: injected fault"
		c.Results = c.Results[2:]
	})
	is := func(id string) edit {
		return func(_ *Scenario, _ *Observation, c *Call) { c.Error, c.Is = "x", []string{"agent " + id} }
	}
	early := func(_ *Scenario, _ *Observation, c *Call) {
		c.Agents[2] = AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, RunningAtReturn: true, DoneAtReturn: true}
		c.Results = nil
	}
	runCases(t, map[string]judgeCase{
		"the first in time":          {3, then(two, is("b")), Pass, ""},
		"the first of the agents":    {3, then(two, is("a")), Pass, ""},
		"neither":                    {3, then(two, is("z")), Fail, "neither the first failure in time"},
		"no error":                   {3, two, Fail, "no error"},
		"results may be missing":     {2, then(two, is("a"), func(_ *Scenario, _ *Observation, c *Call) { c.Results = nil }), Pass, ""},
		"it must wait for all":       {2, then(two, is("b"), early), Fail, "without agent c"},
		"but not after a cancel":     {2, then(two, is("b"), early, canceled), Pass, ""},
		"and FailFast need not wait": {2, then(two, is("b"), early, func(_ *Scenario, o *Observation, _ *Call) { o.Setup.Policy = string(executor.FailFast) }), Pass, ""},
	})
}

func TestContextClauses(t *testing.T) {
	agent := func(change func(*AgentRun)) edit {
		return then(healthy(executor.BestEffort), func(_ *Scenario, _ *Observation, c *Call) {
			c.Agents[2].Deadline = 31 * msec
			for i := range c.Agents {
				c.Agents[i].Deadline = 31 * msec
			}
			change(&c.Agents[2])
		})
	}
	deadline := func(s *Scenario, _ *Observation, c *Call) { s.Caller.Deadline, c.CancelledAt = 30*msec, 31*msec }
	caused := func(carried int) edit {
		return func(s *Scenario, o *Observation, c *Call) {
			s.Caller.CancelAfter, s.Caller.Cause, c.CancelledAt, c.Ended = 10*msec, "gone", 11*msec, 12*msec
			s.Agents, c.Agents = nil, nil
			for i := range causesNeeded {
				a := AgentRun{Place: i, ID: "x", Started: true, StartAt: msec, Ended: true, EndAt: 11 * msec, Outcome: mocks.Failed, Error: "context canceled", DoneAtEnd: true, Cause: "context canceled"}
				if i < carried {
					a.Cause = "gone"
				}
				c.Agents, s.Agents = append(c.Agents, a), append(s.Agents, Agent{ID: "x", Fault: mocks.Hang()})
			}
		}
	}
	left := func(atReturn, later int) edit {
		return then(healthy(executor.BestEffort), func(_ *Scenario, o *Observation, _ *Call) {
			o.AtReturn = &Leftovers{Inspected: true, ByExecutor: atReturn, Leak: leak.Report{Findings: []leak.Finding{{Count: atReturn, Function: "x.worker"}}}}
			o.Left = Leftovers{Inspected: true, ByExecutor: later}
		})
	}
	runCases(t, map[string]judgeCase{
		"values lost":             {11, agent(func(a *AgentRun) { a.ValuesLost = true }), Fail, "does not have the caller's values"},
		"deadline kept":           {11, then(agent(func(*AgentRun) {}), deadline), Pass, ""},
		"deadline lost":           {11, then(agent(func(a *AgentRun) { a.Deadline = 0 }), deadline), Fail, "has no deadline"},
		"deadline later":          {11, then(agent(func(a *AgentRun) { a.Deadline = 40 * msec }), deadline), Fail, "after the caller's"},
		"deadline earlier":        {11, then(agent(func(a *AgentRun) { a.Deadline = 20 * msec }), deadline), Pass, ""},
		"no agent got the cause":  {11, caused(0), Fail, "none of 16 agents got it"},
		"one agent got it":        {11, caused(1), Pass, ""},
		"an agent runs on":        {12, agent(func(a *AgentRun) { a.Ended, a.RunningAtReturn, a.DoneAtReturn = false, true, true }), Fail, "agent c was still running"},
		"a goroutine runs on":     {12, left(1, 0), Fail, "1 goroutine still running"},
		"a leak is clause 5's":    {12, left(1, 1), Pass, ""},
		"nothing runs":            {12, left(0, 0), Pass, ""},
		"a context stays open":    {4, agent(func(a *AgentRun) { a.Open = true }), Fail, "was not done when the call had returned"},
		"a lack is said, not hid": {12, then(left(2, 0), func(_ *Scenario, o *Observation, _ *Call) { o.Setup.Lacks = []int{12} }), NotApplicable, "2 goroutines still running"},
	})
}
