package observe

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

func TestMain(m *testing.M) {
	if os.Getenv(serverEnv) != "" {
		os.Exit(serve())
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/watertight-go/watertight/scenarios/observe.leftForGood"))
}

// On the machine's clock: what is not observed on virtual time.
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
