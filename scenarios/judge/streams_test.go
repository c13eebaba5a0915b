package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// streamCase is a scenario about a stream, with all clauses that streams have.
func streamCase() scenarios.Scenario {
	s := scenarios.Scenario{
		Name: "case", Story: "made by hand", Consumer: &scenarios.Consumer{},
		Agents: []scenarios.Agent{{ID: "a", Fault: mocks.Emit(3, 10*msec)}, {ID: "b", Fault: mocks.EmitThen(2, 10*msec, mocks.Fail(0))}},
		Config: executor.Config{AgentTimeout: 100 * msec, Grace: 40 * msec, Limit: 2},
	}
	s.Clauses = []executor.Clause{
		executor.ReturnsInTime, executor.PartialSuccess, executor.Cancels, executor.LeavesNothing, executor.Survives,
		executor.RespectsLimit, executor.EndsWithConsumer, executor.DeliversInOrder, executor.BoundsBuffer,
	}
	return s
}

// goodStream is an observation of it that keeps every clause.
func goodStream(t *testing.T, s scenarios.Scenario) scenarios.Observation {
	t.Helper()
	setup, err := s.Setup()
	require.NoError(t, err)
	setup.Buffer = 8
	failed := mocks.AgentFault{AgentID: "b", Request: scenarios.InputOf(0)}.Error()
	return scenarios.Observation{
		Executor: "x", Scenario: s.Name, Clock: scenarios.VirtualClock, Setup: setup,
		Calls: []scenarios.Call{{
			Started: 1 * msec, Returned: true, Ended: 31 * msec,
			Stream: &scenarios.Stream{Events: 7, Backlog: 1, Agents: []scenarios.Streamed{
				{ID: "a", Steps: []scenarios.Step{{From: 0, To: 2}, {End: true, At: 31 * msec}}},
				{ID: "b", Steps: []scenarios.Step{{From: 0, To: 1}, {End: true, At: 21 * msec, Error: "agent b failed: " + failed, Is: []string{"agent b"}}}},
			}},
			Agents: []scenarios.AgentRun{
				{Place: 0, ID: "a", Started: true, StartAt: 1 * msec, Ended: true, EndAt: 31 * msec, Outcome: mocks.Responded, Pieces: 3},
				{Place: 1, ID: "b", Started: true, StartAt: 1 * msec, Ended: true, EndAt: 21 * msec, Outcome: mocks.Failed, Error: failed, Pieces: 2},
			},
		}},
		Totals:   scenarios.Totals{Requests: 1, Returned: 1, AgentsStarted: 2, Peak: 2, Watched: 31 * msec, Latency: scenarios.Latency{N: 1, Max: 30 * msec}},
		Left:     scenarios.Leftovers{Inspected: true},
		Released: scenarios.Leftovers{Inspected: true},
	}
}

func TestJudgePassesAGoodStream(t *testing.T) {
	s := streamCase()
	v := Judge(s, goodStream(t, s))
	require.Len(t, v.Clauses, len(s.Clauses))
	for _, c := range v.Clauses {
		require.Equal(t, scenarios.Pass, c.Status, "%+v", c)
		require.NotEmpty(t, c.Got)
		require.NotEmpty(t, c.Want)
	}
}

// Each way to break a clause is found by that clause.
func TestStreamsThatBreakAClause(t *testing.T) {
	steps := func(o *scenarios.Observation, agent int) *[]scenarios.Step {
		return &o.Calls[0].Stream.Agents[agent].Steps
	}
	left := scenarios.Leftovers{Inspected: true, ByExecutor: 1, Leak: leak.Report{Goroutines: 1, Findings: []leak.Finding{{Count: 1, Function: "x.send"}}}}
	leaves := func(o *scenarios.Observation) { o.Calls[0].Stream.LeftAt = 15 * msec }
	for name, it := range map[string]struct {
		clause executor.Clause
		spoil  func(*scenarios.Scenario, *scenarios.Observation)
	}{
		"missing piece": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			*steps(o, 0) = []scenarios.Step{{From: 0, To: 0}, {From: 2, To: 2}, {End: true}}
		}},
		"missing last piece": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) { (*steps(o, 0))[0].To = 1 }},
		"piece twice": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			*steps(o, 0) = []scenarios.Step{{From: 0, To: 2}, {From: 2, To: 2}, {End: true}}
		}},
		"invented piece": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			o.Calls[0].Agents[0].Pieces = 0
		}},
		"foreign piece": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			*steps(o, 0) = append([]scenarios.Step{{Other: "hello"}}, *steps(o, 0)...)
		}},
		"no end": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) { *steps(o, 0) = (*steps(o, 0))[:1] }},
		"two ends": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			*steps(o, 0) = append(*steps(o, 0), scenarios.Step{End: true})
		}},
		"after end": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			*steps(o, 0) = append(*steps(o, 0), scenarios.Step{From: 3, To: 3})
		}},
		"two ends, left": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			leaves(o)
			*steps(o, 0) = append(*steps(o, 0), scenarios.Step{End: true})
		}},
		"unknown agent": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) { o.Calls[0].Stream.Unknown = []string{"c"} }},
		"after leaving": {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) { o.Calls[0].Stream.AfterLeaving = 1 }},
		"overlapping":   {executor.DeliversInOrder, func(_ *scenarios.Scenario, o *scenarios.Observation) { o.Calls[0].Stream.Overlapping = 1 }},
		"half again": {executor.DeliversInOrder, func(s *scenarios.Scenario, o *scenarios.Observation) {
			s.Consumer.Again, o.Calls[0].Stream.Again = true, 3
		}},
		"error swallowed": {executor.PartialSuccess, func(_ *scenarios.Scenario, o *scenarios.Observation) { (*steps(o, 1))[1] = scenarios.Step{End: true} }},
		"other error":     {executor.PartialSuccess, func(_ *scenarios.Scenario, o *scenarios.Observation) { (*steps(o, 1))[1].Is = nil }},
		"other error, later": {executor.PartialSuccess, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			o.Calls[0].Index = 3
			o.Calls[0].Agents[1].Error = mocks.AgentFault{AgentID: "b", Request: scenarios.InputOf(3)}.Error()
			(*steps(o, 1))[1].Is = nil
		}},
		"error of others": {executor.PartialSuccess, func(_ *scenarios.Scenario, o *scenarios.Observation) { (*steps(o, 0))[1].Error = "agent b failed" }},
		"others cut": {executor.PartialSuccess, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			a := &o.Calls[0].Agents[0]
			a.Outcome, a.DoneAtEnd, a.Error, a.EndAt = mocks.Failed, true, "context canceled", 21*msec
			(*steps(o, 0))[1].Error = "context canceled"
		}},
		"ends late": {executor.ReturnsInTime, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			leaves(o)
			o.Calls[0].Ended = 60 * msec
		}},
		"panic swallowed": {executor.Survives, func(s *scenarios.Scenario, o *scenarios.Observation) {
			s.Consumer.Leaves = scenarios.Panics
			leaves(o)
		}},
		"panic of its own":      {executor.Survives, func(_ *scenarios.Scenario, o *scenarios.Observation) { o.Calls[0].Panic = "nil map" }},
		"too many":              {executor.RespectsLimit, func(s *scenarios.Scenario, o *scenarios.Observation) { s.Config.Limit, o.Setup.Limit = 1, 1 }},
		"started after leaving": {executor.RespectsLimit, func(s *scenarios.Scenario, o *scenarios.Observation) { queued(s, o, 16*msec) }},
		"started in the place that leaving made": {executor.RespectsLimit, func(s *scenarios.Scenario, o *scenarios.Observation) {
			queued(s, o, 15*msec)
		}},
		"context open": {executor.EndsWithConsumer, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			leaves(o)
			o.Calls[0].Agents[0].Open = true
		}},
		"agent goes on": {executor.EndsWithConsumer, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			leaves(o)
			o.Calls[0].Agents[0].EndAt, o.Calls[0].Ended = 90*msec, 90*msec
		}},
		"goroutine left": {executor.EndsWithConsumer, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			leaves(o)
			o.Left = left
		}},
		"stalled, goroutine": {executor.EndsWithConsumer, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			o.Calls[0].CancelledAt = 10 * msec
			o.Calls[0].Stream.Stalled = &scenarios.Stalled{At: 90 * msec, Left: left}
		}},
		"stalled, agent": {executor.EndsWithConsumer, func(_ *scenarios.Scenario, o *scenarios.Observation) {
			o.Calls[0].CancelledAt = 10 * msec
			o.Calls[0].Stream.Stalled = &scenarios.Stalled{At: 90 * msec, Running: []string{"a"}, Left: scenarios.Leftovers{Inspected: true}}
		}},
		"buffer": {executor.BoundsBuffer, func(_ *scenarios.Scenario, o *scenarios.Observation) { o.Calls[0].Stream.Backlog = 11 }},
	} {
		t.Run(name, func(t *testing.T) {
			s := streamCase()
			o := goodStream(t, s)
			it.spoil(&s, &o)
			for _, c := range Judge(s, o).Clauses {
				if c.Clause == it.clause {
					require.Equal(t, scenarios.Fail, c.Status, "%+v", c)
				}
			}
		})
	}
}

// queued makes agent b wait for agent a, which the consumer stops when it leaves at 15 ms.
func queued(s *scenarios.Scenario, o *scenarios.Observation, at time.Duration) {
	s.Config.Limit, o.Setup.Limit = 1, 1
	c := &o.Calls[0]
	c.Stream.LeftAt, c.Ended = 15*msec, 17*msec
	c.Agents[0].EndAt, c.Agents[0].Outcome = 15*msec, mocks.Stopped
	c.Agents[1].StartAt, c.Agents[1].EndAt = at, 17*msec
}

// An agent may get the place of one that ended by itself when the consumer left.
func TestStartedWhenTheConsumerLeft(t *testing.T) {
	s := streamCase()
	o := goodStream(t, s)
	queued(&s, &o, 15*msec)
	o.Calls[0].Agents[0].Outcome = mocks.Responded
	for _, c := range Judge(s, o).Clauses {
		if c.Clause == executor.RespectsLimit {
			require.Equal(t, scenarios.Pass, c.Status, "%+v", c)
		}
	}
}

// An agent that the consumer holds up, because it runs in the consumer's own goroutine or
// in a coroutine, ends with the stall.
func TestHeldUpByItsConsumer(t *testing.T) {
	for id, want := range map[string]scenarios.Status{"a": scenarios.Pass, "b": scenarios.Fail} {
		s := streamCase()
		o := goodStream(t, s)
		c := &o.Calls[0]
		c.CancelledAt, c.Ended, c.Stream.Own, c.Stream.Inside = 10*msec, 90*msec, 60*msec, []string{id}
		c.Agents[0].EndAt = 90 * msec
		for _, r := range Judge(s, o).Clauses {
			if r.Clause == executor.EndsWithConsumer {
				require.Equal(t, want, r.Status, "%s: %+v", id, r)
			}
		}
	}
}

// What a clause is about has to happen: a consumer that was to leave and found the stream
// ended before says nothing of clause 13, one that was to stall nothing of 13 and 15.
func TestWhatDidNotHappenIsNotKept(t *testing.T) {
	for name, it := range map[string]struct {
		does scenarios.Consumer
		want map[executor.Clause]scenarios.Status
	}{
		"stays":         {scenarios.Consumer{}, map[executor.Clause]scenarios.Status{executor.EndsWithConsumer: scenarios.Pass, executor.BoundsBuffer: scenarios.Pass}},
		"did not leave": {scenarios.Consumer{Leaves: scenarios.Breaks, After: 9}, map[executor.Clause]scenarios.Status{executor.EndsWithConsumer: scenarios.NotApplicable, executor.BoundsBuffer: scenarios.Pass}},
		"did not stall": {scenarios.Consumer{After: 9, Stalls: msec}, map[executor.Clause]scenarios.Status{executor.EndsWithConsumer: scenarios.NotApplicable, executor.BoundsBuffer: scenarios.NotApplicable}},
	} {
		t.Run(name, func(t *testing.T) {
			s := streamCase()
			s.Consumer = &it.does
			v := Judge(s, goodStream(t, s))
			for c, want := range it.want {
				require.Equal(t, want, clause(t, v, c).Status, c)
			}
		})
	}
	s := streamCase()
	s.Consumer.Leaves = scenarios.Breaks
	o := goodStream(t, s)
	o.Calls[0].Agents[0].Open = true
	require.Equal(t, scenarios.Fail, clause(t, Judge(s, o), executor.EndsWithConsumer).Status, "a failure counts all the same")
}
