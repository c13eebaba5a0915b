package judge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/internal/bubble"
)

// Each case changes one thing in the good observation, or in its scenario.
func TestJudge(t *testing.T) {
	type change func(*scenarios.Scenario, *scenarios.Observation, *scenarios.Call)
	blocked := func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
		c.Returned, c.Ended, c.Results = false, 600*msec, nil
		o.Totals.Returned, o.Totals.Blocked, o.Totals.Overshoot = 0, 1, 460*msec
		o.Left.ByExecutor = 1
	}
	notReturned := func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
		c.Returned, c.Ended = false, 50*msec
		o.Totals.Returned, o.Totals.Blocked = 0, 1
	}
	nothingLooked := func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
		o.Left, o.Released = scenarios.Leftovers{}, scenarios.Leftovers{}
	}
	noAgents := func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Agents = nil }
	noResults := func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Results = nil }
	noA := func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
		c.Results, c.Error, c.Is = nil, "b: injected fault", []string{"agent b", "context.DeadlineExceeded"}
		c.Agents[0].Outcome, c.Agents[0].Tools, c.Agents[0].Error, c.Agents[0].EndAt = mocks.Failed, nil, "a: injected fault", 61*msec
		c.Is = append(c.Is, "agent a")
	}
	for name, tt := range map[string]struct {
		clause executor.Clause
		change change
		want   scenarios.Status
		got    string // part of Got or Reason
	}{
		"1: too late":                 {1, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Ended = 142 * msec }, scenarios.Fail, "returned after 141ms"},
		"1: still waiting":            {1, blocked, scenarios.Fail, "still waiting after 599ms"},
		"1: an undescribed call late": {1, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) { o.Totals.Overshoot = msec }, scenarios.Fail, "1ms too late"},
		"1: after the cancellation": {1, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.CancelledAt = 31 * msec
		}, scenarios.Fail, "returned after 140ms"},
		"1: lateness is granted": {1, func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			o.Clock, o.Control.Lateness, c.Ended = scenarios.RealClock, 10*msec, 150*msec
		}, scenarios.Pass, ""},
		"1: lateness is too much": {1, func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			o.Clock, o.Control.Lateness, c.Ended = scenarios.RealClock, 21*msec, 150*msec
		}, scenarios.Unknown, "more than half of Grace"},
		"1: in time on a late machine": {1, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			o.Clock, o.Control.Lateness = scenarios.RealClock, 21*msec
		}, scenarios.Pass, ""},
		"1: blocked on a late machine": {1, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			blocked(s, o, c)
			o.Clock, o.Control.Lateness = scenarios.RealClock, 21*msec
		}, scenarios.Fail, "still waiting"},
		"1: watched too short":       {1, notReturned, scenarios.Unknown, "watched for 49ms only"},
		"1: sums that do not add up": {1, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) { o.Totals.Returned = 0 }, scenarios.Unknown, "0 returned"},
		"2: lost":                    {2, noResults, scenarios.Fail, "no result of agent a"},
		"2: nil response":            {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Results[0].Nil = true }, scenarios.Fail, "no result of agent a"},
		"2: another content":         {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Results[0].Content = "?" }, scenarios.Fail, "content is"},
		"2: another key":             {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Results[0].Key = "z" }, scenarios.Fail, "no result of agent a"},
		"2: tools cut":               {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Results[0].Tools = nil }, scenarios.Fail, "0 tool results"},
		"2: invented": {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Results = append(c.Results, scenarios.Result{Key: "b"})
		}, scenarios.Fail, "did not answer"},
		"2: changed": {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Changed = []string{`"a" was removed`}
		}, scenarios.Fail, "changed after"},
		"2: came back early": {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Ended = 50 * msec }, scenarios.Fail, "without agents c"},
		"2: late answer within Grace": {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Ended = 110 * msec
			c.Agents[2].LateAt, c.Agents[2].LateOutcome = 125*msec, mocks.Responded
		}, scenarios.Fail, "without agents c"},
		"2: too late to be owed": {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[2].LateAt, c.Agents[2].LateOutcome = 145*msec, mocks.Responded
		}, scenarios.Pass, ""},
		"2: after Grace": {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Ended = 160 * msec
			c.Agents[2] = scenarios.AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 145 * msec, Outcome: mocks.Responded}
		}, scenarios.Pass, ""},
		"2: in Grace": {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[2] = scenarios.AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 135 * msec, Outcome: mocks.Responded}
		}, scenarios.Fail, "no result of agent c"},
		"2: never started": {2, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Ended = 50 * msec
			c.Agents[2] = scenarios.AgentRun{Place: 2, ID: "c"}
		}, scenarios.Fail, "without agents c"},
		"2: answered, caller waits":  {2, blocked, scenarios.Fail, "the caller still waits"},
		"2: not described":           {2, noAgents, scenarios.Unknown, "agent by agent"},
		"2: watched too short":       {2, notReturned, scenarios.Unknown, "watched"},
		"3: an error beside results": {3, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Error = "b failed" }, scenarios.Fail, "but also an error"},
		"3: no results":              {3, noResults, scenarios.Fail, "no results, though 1"},
		"3: neither":                 {3, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) { noA(s, o, c); c.Error = "" }, scenarios.Fail, "neither a result nor an error"},
		"3: all failed":              {3, noA, scenarios.Pass, ""},
		"3: not the first": {3, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			noA(s, o, c)
			c.Error = "a: injected fault, b: injected fault"
		}, scenarios.Fail, "does not start with the first failure"},
		"3: a cause is missing": {3, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			noA(s, o, c)
			c.Is = c.Is[1:]
		}, scenarios.Fail, "does not find agent b"},
		"3: the time is missing": {3, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			noA(s, o, c)
			c.Is = []string{"agent a", "agent b"}
			c.Agents[2].StartAt = 0
		}, scenarios.Fail, "context.DeadlineExceeded"},
		"3: the cancellation is missing": {3, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			noA(s, o, c)
			c.CancelledAt, s.Caller.CancelAfter = 90*msec, 89*msec
		}, scenarios.Fail, "context.Canceled"},
		"3: sibling cancelled": {3, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[2] = scenarios.AgentRun{Place: 2, ID: "c", Started: true, StartAt: msec, Ended: true, EndAt: 21 * msec, Outcome: mocks.Failed, Error: "context canceled"}
		}, scenarios.Fail, "cancelled by another's failure"},
		"3: panic in the caller": {3, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Panic = "boo" }, scenarios.Fail, "boo"},
		"3: still waiting":       {3, blocked, scenarios.Fail, "still waits"},
		"3: collects no errors": {3, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			o.Setup.Policy = string(executor.CollectErrors)
		}, scenarios.Fail, "no error, though"},
		"3: collects errors": {3, func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			o.Setup.Policy = string(executor.CollectErrors)
			c.Error, c.Is = "b", []string{"agent b", "context.DeadlineExceeded"}
		}, scenarios.Pass, ""},
		"3: does not fail fast": {3, func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			o.Setup.Policy = string(executor.FailFast)
		}, scenarios.Fail, "no error, though agent b"},
		"3: fails slowly": {3, func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			o.Setup.Policy = string(executor.FailFast)
			c.Error, c.Is = "b", []string{"agent b"}
		}, scenarios.Fail, "after the first failure"},
		"3: fails fast": {3, func(_ *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			o.Setup.Policy = string(executor.FailFast)
			c.Error, c.Is, c.Results, c.Ended = "b", []string{"agent b"}, nil, 61*msec
		}, scenarios.Pass, ""},
		"3: no agents, nil map": {3, func(s *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			s.Agents = nil
			c.Agents, c.Results, c.NilMap = nil, nil, true
		}, scenarios.Fail, "nil map true"},
		"3: no agents": {3, func(s *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			s.Agents = nil
			c.Agents, c.Results = nil, nil
		}, scenarios.Pass, ""},
		"3: not described": {3, noAgents, scenarios.Unknown, "agent by agent"},
		"4: live context": {4, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[2].DoneAtReturn = false
		}, scenarios.Fail, "live context"},
		"4: started after": {4, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.CancelledAt, c.Agents[2].StartAt = 30*msec, 31*msec
		}, scenarios.Fail, "after the caller had cancelled"},
		"4: tool started after": {4, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.CancelledAt = 10 * msec }, scenarios.Fail, "tool t of agent a"},
		"4: started although before": {4, func(s *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			s.Caller.CancelBefore, c.CancelledAt = true, c.Started
		}, scenarios.Fail, "after the caller had cancelled"},
		"4: not described":      {4, noAgents, scenarios.Unknown, "agent by agent"},
		"5: left after release": {5, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) { o.Released.ByExecutor = 1 }, scenarios.Fail, "after every agent had returned"},
		"5: left, all honour": {5, func(s *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			s.Agents[2].Fault = mocks.Hang()
		}, scenarios.Fail, "1 goroutines left"},
		"5: the agent's own": {5, func(s *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			s.Agents[2].Fault, o.Left.AgentOwn = mocks.Hang(), 1
		}, scenarios.Pass, "agents' own code"},
		"5: descriptors": {5, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			o.Released.Leak.DescriptorsMeasured, o.Released.Leak.Descriptors = true, 2
		}, scenarios.Fail, "2 descriptors"},
		"5: heap": {5, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			o.Released.Leak.HeapMeasured, o.Released.Leak.Heap = true, (scenarios.Scenario{}).HeapLimit()+1
		}, scenarios.Fail, "retained"},
		"5: not looked": {5, nothingLooked, scenarios.Unknown, "could not be looked at"},
		"5: the bubble could not end": {5, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			o.Warnings = []string{bubble.Left("deadlock")}
		}, scenarios.Unknown, "the bubble was left behind: deadlock"},
		"5: the bubble kept what was built": {5, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			o.Warnings = []string{bubble.LeftByBuild("deadlock")}
		}, scenarios.Pass, ""},
		"5: found, and the bubble could not end": {5, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			o.Warnings, o.Released.ByExecutor = []string{bubble.Left("deadlock")}, 1
		}, scenarios.Fail, "after every agent had returned"},
		"5: hangs for ever": {5, func(s *scenarios.Scenario, _ *scenarios.Observation, _ *scenarios.Call) {
			s.Agents[2].Fault = mocks.HangForever()
		}, scenarios.Unknown, "agents never let go"},
		"5: in use, not described": {5, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			noAgents(s, o, c)
			s.Agents, o.Left.ByAgent = []scenarios.Agent{{ID: "a", Fault: mocks.OnWire()}}, 0
			o.Wire = &scenarios.Wire{Left: scenarios.Connections{Open: 1, InUse: 1}}
		}, scenarios.Unknown, "1 connection in use"},
		"6: more than bound": {6, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) { o.Left.ByAgent = 9 }, scenarios.Fail, "9 agents' calls"},
		"6: blocked":         {6, blocked, scenarios.Fail, "1 of 1 callers blocked"},
		"6: others":          {6, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) { o.Left.ByExecutor = 1 }, scenarios.Fail, "in no agent's call"},
		"6: shut out":        {6, func(s *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) { s.Recovers = true }, scenarios.Fail, "shut out"},
		"6: shut out, not described": {6, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			noAgents(s, o, c)
			s.Recovers = true
		}, scenarios.Fail, "shut out"},
		"6: not looked":      {6, nothingLooked, scenarios.Unknown, "could not be looked at"},
		"7: loses a sibling": {7, noResults, scenarios.Fail, "agent a lost its result"},
		"7: panic in caller": {7, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Panic = "boo" }, scenarios.Fail, "boo"},
		"7: neither":         {7, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) { noA(s, o, c); c.Error = "" }, scenarios.Fail, "neither a result nor an error"},
		"7: never returned":  {7, blocked, scenarios.Fail, "never returned"},
		"7: an unclear error": {7, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			noA(s, o, c)
			c.Agents = c.Agents[1:2]
			s.Agents = s.Agents[1:2]
			c.Agents[0].Place, c.Agents[0].Outcome, c.Error = 0, mocks.Panicked, "failed"
		}, scenarios.Fail, `does not say "panic"`},
		"7: not described": {7, noAgents, scenarios.Unknown, "agent by agent"},
		"8: above":         {8, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) { o.Setup.Limit = 2 }, scenarios.Fail, "3 agents at a time"},
		"8: a queued one lost": {8, func(s *scenarios.Scenario, o *scenarios.Observation, c *scenarios.Call) {
			noResults(s, o, c)
		}, scenarios.Fail, "has no result"},
		"8: no limit":      {8, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) { o.Setup.Limit = 0 }, scenarios.Unknown, "no limit"},
		"8: not described": {8, noAgents, scenarios.Unknown, "agent by agent"},
		"8: not claimed":   {8, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) { o.Setup.Lacks = []int{8} }, scenarios.NotApplicable, "does not claim"},
		"9: done context": {9, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[0].Tools[0].DoneAtStart = true
		}, scenarios.Fail, "done context"},
		"9: too long": {9, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[0].Tools[0].EndAt = 60 * msec
		}, scenarios.Fail, "ran for 49ms"},
		"9: out of order": {9, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[0].Tools[0].Name = "u"
		}, scenarios.Fail, "out of order"},
		"9: no results": {9, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) { c.Results[0].Tools = nil }, scenarios.Fail, "0 tool results"},
		"9: error for success": {9, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Results[0].Tools[0] = scenarios.ToolResult{Name: "t", Error: "no"}
		}, scenarios.Fail, "but its result is the error"},
		"9: failure unsaid": {9, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Results[0].Tools[0].Content = ""
		}, scenarios.Fail, "neither its result nor an error"},
		"9: response lost": {9, noResults, scenarios.Fail, "cost it the response"},
		"9: no tool started": {9, func(_ *scenarios.Scenario, _ *scenarios.Observation, c *scenarios.Call) {
			c.Agents[0].Tools = nil
			c.Results = nil
		}, scenarios.Unknown, "no tool was started"},
		"10: touched": {10, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			o.InputTouched = []string{"agents[0]: modified"}
		}, scenarios.Fail, "agents[0]"},
		"10: race": {10, func(_ *scenarios.Scenario, o *scenarios.Observation, _ *scenarios.Call) {
			o.Races = []string{"WARNING"}
		}, scenarios.Fail, "data race"},
	} {
		t.Run(name, func(t *testing.T) {
			s := case0()
			o := good(t, s)
			tt.change(&s, &o, &o.Calls[0])
			r := clause(t, Judge(s, o), tt.clause)
			require.Equal(t, tt.want, r.Status, "%+v", r)
			require.Contains(t, r.Got+" "+r.Reason, tt.got)
		})
	}
}
