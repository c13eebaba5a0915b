package loads

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

func build(t *testing.T, name string, requests, agents int) scenarios.Scenario {
	t.Helper()
	l, found := Find(name)
	require.True(t, found, name)
	s := l.Scenario(requests, agents)
	require.Equal(t, name, s.Name)
	return s
}

func lookup(t *testing.T, name string) executor.Spec {
	t.Helper()
	spec, err := exhibits.Lookup(name)
	require.NoError(t, err)
	return spec
}

// A day of requests: what the original leaves grows with the requests, what the
// reference leaves with their logarithm.
func TestTimeline(t *testing.T) {
	s := build(t, Timeline, 2400, 1)
	before, err := observe.InBubble(t, s, lookup(t, "waitgroup"), observe.Options{})
	require.NoError(t, err)
	require.Equal(t, 2400, before.Left.ByAgent)
	after, err := observe.InBubble(t, s, lookup(t, "reference"), observe.Options{})
	require.NoError(t, err)
	require.LessOrEqual(t, after.Left.ByAgent, judge.StuckBound(s, after))
	require.Less(t, after.Left.ByAgent, 40)
	require.Equal(t, scenarios.Pass, judge.Judge(s, after).Status(), "%+v", judge.Judge(s, after))
	require.Equal(t, scenarios.Fixed, judge.Compare(s, scenarios.Cell{Observation: before, Verdict: judge.Judge(s, before)}, scenarios.Cell{Observation: after, Verdict: judge.Judge(s, after)}).Relation)
}

func TestBlocking(t *testing.T) {
	for _, kind := range []string{Channel, Syscall, Socket} {
		s := build(t, kind, 3, 2)
		o, err := observe.Run(t.Context(), s, lookup(t, "waitgroup"), observe.Options{})
		require.NoError(t, err)
		require.Equal(t, 6, o.Left.ByAgent, "%s: %+v", kind, o.Left.Leak)
		require.Equal(t, 3, o.Left.ByExecutor, "%s: %+v", kind, o.Left.Leak)
		require.Zero(t, o.Released.ByAgent+o.Released.ByExecutor, "%s: %+v", kind, o.Released.Leak)
	}
}
