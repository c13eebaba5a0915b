package observe

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// A caller that is blocked for good is counted, and let go in the end.
func TestObserveBlocked(t *testing.T) {
	s := load(t, loads.Accumulation, 6, 2)
	o, err := InBubble(t, s, lookup(t, "waitgroup"), Options{})
	require.NoError(t, err)
	require.Equal(t, 6, o.Totals.Blocked)
	require.Equal(t, 12, o.Totals.AgentsRunning)
	require.Equal(t, 12, o.Left.ByAgent)
	require.Equal(t, 6, o.Left.ByExecutor)
	require.Zero(t, o.Released.ByAgent+o.Released.ByExecutor)
	require.Len(t, o.Calls, 6)
	for i, c := range o.Calls {
		require.Equal(t, i, c.Index)
		require.False(t, c.Returned)
		require.Equal(t, lead+time.Duration(i)*s.Load.Every, c.Started, "open loop: a blocked request delays none")
		require.Equal(t, o.Totals.Watched, c.Ended)
	}
	require.Equal(t, o.Totals.Watched-lead, o.Totals.Latency.Max)
	require.Equal(t, 6, o.Totals.Latency.N)
}

// The moment at which a blocked caller's context was done is known too.
func TestObserveBlockedAndCancelled(t *testing.T) {
	s, err := scenarios.Lookup("cancel-ignored")
	require.NoError(t, err)
	o, err := InBubble(t, s, lookup(t, "waitgroup"), Options{})
	require.NoError(t, err)
	require.Equal(t, lead+s.Caller.CancelAfter, o.Calls[0].CancelledAt)
	require.False(t, o.Calls[0].Returned)
	require.True(t, o.Calls[0].Agents[0].DoneAtReturn)
}

// Of more than eight requests the first half and the last are described.
func TestObserveDescribesSome(t *testing.T) {
	s := scenarios.Scenario{Name: "many", Agents: sameAgents(1, mocks.Respond(msec)), Load: scenarios.Load{Requests: 30, Every: msec}, Config: config, Clauses: clauses()}
	o, err := InBubble(t, s, lookup(t, "reference"), Options{})
	require.NoError(t, err)
	var indexes []int
	for _, c := range o.Calls {
		indexes = append(indexes, c.Index)
	}
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 24, 25, 26, 27, 28, 29}, indexes)
	require.Equal(t, 30, o.Totals.Returned)
	require.Equal(t, msec, o.Totals.Latency.Max)
}

// Agents that were only counted are not described, and nothing is judged by
// what is not known of them.
func TestObserveCounts(t *testing.T) {
	s := scenarios.Scenario{Name: "counted", Agents: sameAgents(10, mocks.Respond(msec)), Load: scenarios.Load{Requests: recorded/10 + 1, Every: msec}, Config: config, Recovers: true,
		Clauses: clauses(executor.LosesNothing, executor.BoundsStuck, executor.Survives)}
	o, err := InBubble(t, s, lookup(t, "reference"), Options{})
	require.NoError(t, err)
	require.Equal(t, recorded+10, o.Totals.AgentsStarted)
	require.Len(t, o.Calls, described)
	for _, c := range o.Calls {
		require.Empty(t, c.Agents)
		require.Len(t, c.Results, 10)
		lines := strings.Join(judge.Timeline(scenarios.Cell{Observation: scenarios.Observation{Calls: []scenarios.Call{c}, Setup: o.Setup, Totals: o.Totals, Clock: o.Clock}}), "\n")
		require.NotContains(t, lines, "never called")
		require.Contains(t, lines, "10 agents, AgentTimeout 100ms, Grace 40ms; what each agent did was not recorded")
		require.Contains(t, lines, "the call returns 10 of 10 results")
	}
	for _, c := range judge.Judge(s, o).Clauses {
		switch c.Clause {
		case executor.ReturnsInTime, executor.LeavesNothing, executor.BoundsStuck, executor.TouchesNoInput:
			require.Equal(t, scenarios.Pass, c.Status, "%+v", c)
		default:
			require.Equal(t, scenarios.Unknown, c.Status, "%+v", c)
			require.Contains(t, c.Reason, "agent by agent")
		}
	}
}

// A request that is blocked uses up its patience, then the next one starts.
func TestObserveSequential(t *testing.T) {
	s := load(t, loads.Sequential, 3, 1)
	o, err := InBubble(t, s, lookup(t, "errgroup"), Options{})
	require.NoError(t, err)
	require.Equal(t, 3, o.Totals.Blocked)
	for i, c := range o.Calls {
		require.Equal(t, lead+time.Duration(i)*s.Load.Patience, c.Started)
	}
}

// A context that ends stops the requests, and says so.
func TestObserveStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	spec := lookup(t, "reference")
	build := spec.New
	spec.New = func(c executor.Config) (executor.ParallelExecutor, error) {
		c.Runner = stopper{c.Runner, cancel}
		return build(c)
	}
	s := scenarios.Scenario{Name: "long", Agents: sameAgents(1, mocks.Respond(0)), Load: scenarios.Load{Requests: 10, Every: time.Hour}, Config: config, Clauses: clauses()}
	o, err := Run(ctx, s, spec, Options{})
	require.NoError(t, err)
	require.Equal(t, 1, o.Totals.Requests)
	require.Contains(t, o.Warnings, "stopped after 1 of 10 requests: context canceled")
}

// stopper is a Runner that stops the harness.
type stopper struct {
	executor.Runner
	stop context.CancelFunc
}

func (s stopper) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	s.stop()
	return s.Runner.ExecuteAgent(ctx, agent, input, history)
}
