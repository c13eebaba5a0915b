package observe

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

func TestMain(m *testing.M) {
	if os.Getenv(serverEnv) != "" {
		os.Exit(serve())
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/watertight-go/watertight/scenarios/observe.leftForGood"))
}

// On the machine's clock: what the catalogue's virtual run does not look at.
func TestObserveReal(t *testing.T) {
	s, err := scenarios.Lookup("cleanup")
	require.NoError(t, err)
	var moments []string
	o, err := Run(t.Context(), s, lookup(t, "reference"), Options{
		Sample: 10 * time.Millisecond, Goleak: true,
		Moment: func(m string) ([]scenarios.ProfileFile, error) {
			moments = append(moments, m)
			return []scenarios.ProfileFile{{Moment: m}}, errors.New("disk full")
		},
	})
	require.NoError(t, err)
	require.Equal(t, []string{"start", "end"}, moments)
	require.Len(t, o.Profiles, 2)
	require.Contains(t, o.Warnings, "profiles at end: disk full")
	require.Equal(t, 2, o.Left.ByAgent, "%+v", o.Left.Leak)
	require.Zero(t, o.Left.ByExecutor, "%+v", o.Left.Leak)
	require.Equal(t, map[string]string{"executor": "reference", "scenario": "cleanup", "agent": o.Left.Leak.Findings[0].Labels["agent"]}, o.Left.Leak.Findings[0].Labels)
	require.Equal(t, scenarios.Witness{Asked: true, Found: 2}, o.Left.Goleak)
	require.True(t, o.Released.Inspected)
	require.Zero(t, o.Released.ByAgent+o.Released.ByExecutor, "%+v", o.Released.Leak)
	require.True(t, o.Released.Leak.HeapMeasured)
	require.GreaterOrEqual(t, len(o.Series), 2)
	last := o.Series[len(o.Series)-1]
	require.Equal(t, 1, last.Requests)
	require.Positive(t, last.Goroutines)
	require.Positive(t, last.HeapBytes)
	call := o.Calls[0]
	require.True(t, call.Returned)
	require.GreaterOrEqual(t, call.CancelledAt-call.Started, 70*time.Millisecond)
	require.True(t, call.Agents[1].RunningAtReturn)
	require.True(t, call.Agents[1].DoneAtReturn)
	require.Equal(t, "response", call.Agents[0].Outcome)

	data, err := json.Marshal(o)
	require.NoError(t, err)
	var read scenarios.Observation
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, judge.Judge(s, o), judge.Judge(s, read), "an observation that was stored is judged the same")
}

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

// What an executor does to the goroutine that called it is seen.
func TestObserveBadEnds(t *testing.T) {
	s, err := scenarios.Lookup("normal")
	require.NoError(t, err)
	for want, end := range map[string]func(){
		"boo":            func() { panic("boo") },
		"runtime.Goexit": runtime.Goexit,
		"":               func() {},
	} {
		spec := executor.Spec{Name: "x", New: func(executor.Config) (executor.ParallelExecutor, error) { return ender(end), nil }}
		o, err := InBubble(t, s, spec, Options{})
		require.NoError(t, err)
		require.Equal(t, want, o.Calls[0].Panic)
		require.True(t, o.Calls[0].Returned)
		require.True(t, o.Calls[0].NilMap)
	}
}

// ender is an executor that only does this.
type ender func()

func (e ender) ExecuteParallel(context.Context, string, []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	e()
	return nil, nil
}

// Above described the first half and the last are described.
func TestObserveDescribesSome(t *testing.T) {
	s := scenarios.Scenario{Name: "many", Agents: sameAgents(1, mocks.Respond(msec)), Load: scenarios.Load{Requests: 30, Every: msec}, Config: config, Clauses: clauses()}
	o, err := InBubble(t, s, lookup(t, "reference"), Options{})
	require.NoError(t, err)
	var indexes []int
	for _, c := range o.Calls {
		indexes = append(indexes, c.Index)
	}
	require.Equal(t, []int{0, 1, 2, 3, 26, 27, 28, 29}, indexes)
	require.Equal(t, 30, o.Totals.Returned)
	require.Equal(t, msec, o.Totals.Latency.Max)
}

// Agents that were only counted are not described, and nothing is judged by
// what is not known of them.
func TestObserveCounts(t *testing.T) {
	s := scenarios.Scenario{Name: "crowd", Agents: sameAgents(10, mocks.Respond(msec)), Load: scenarios.Load{Requests: recorded/10 + 1, Every: msec}, Config: config, Recovers: true,
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

// Innocent: an executor that hands its Runner a copy of each agent, so that
// nothing that happens to it reaches the caller's.
func TestObserveCopiedAgents(t *testing.T) {
	spec := executor.Spec{Name: "copies", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		next := c.Runner
		c.Runner = runnerFunc(func(ctx context.Context, agent *executor.Agent, input string, h []executor.Message) (*executor.AgentResponse, error) {
			own := *agent
			return next.ExecuteAgent(ctx, &own, input, h)
		})
		return executor.New(c)
	}}
	for _, s := range scenarios.Catalogue() {
		ids := map[string]bool{}
		for _, a := range s.Agents {
			ids[a.ID] = true
		}
		if s.RealTime != "" || s.OnWire() || len(ids) < len(s.Agents) { // of two agents with one ID a copy may be either
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			o, err := InBubble(t, s, spec, Options{})
			require.NoError(t, err)
			require.Equal(t, scenarios.Pass, judge.Judge(s, o).Status(), "%+v", judge.Judge(s, o))
		})
	}
}

func TestObserveRefuses(t *testing.T) {
	s, err := scenarios.Lookup("normal")
	require.NoError(t, err)
	ref := lookup(t, "reference")
	_, err = Run(t.Context(), s, ref, Options{Clock: "lunar", Settle: -1})
	require.ErrorContains(t, err, `Clock: got "lunar", want "real" or "virtual"`)
	require.ErrorContains(t, err, "Settle")
	s.Config.Grace = -1
	_, err = Run(t.Context(), s, ref, Options{})
	require.ErrorContains(t, err, "Grace")
	s.Config.Grace = 0
	broken := errors.New("no such model")
	_, err = Run(t.Context(), s, executor.Spec{Name: "x", New: func(executor.Config) (executor.ParallelExecutor, error) { return nil, broken }}, Options{})
	require.ErrorIs(t, err, broken)
	_, err = Run(t.Context(), s, executor.Spec{Name: "x", New: func(executor.Config) (executor.ParallelExecutor, error) { return nil, nil }}, Options{})
	require.ErrorContains(t, err, "got nil and no error")
}
