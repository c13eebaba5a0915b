package loads

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/scenarios"
)

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range scenarios.Catalogue() {
		seen[s.Name] = true
	}
	for _, l := range All() {
		require.False(t, seen[l.Name], "%s is in the catalogue, or twice in the table", l.Name)
		seen[l.Name] = true
		found, ok := Find(l.Name)
		require.True(t, ok)
		require.Equal(t, l.Name, found.Name)
		require.NotEmpty(t, l.Describe(1, 1), l.Name)
		s := l.Scenario(l.Size(10, 2))
		require.Equal(t, l.Name, s.Name)
		if l.Mode == RealClient {
			continue // it has no agents of the mocks
		}
		requests, agents := l.Size(10, 2)
		require.Equal(t, requests, s.Load.Total(), l.Name)
		require.Len(t, s.Agents, agents, l.Name)
		require.NotEmpty(t, s.Story, l.Name)
	}
	_, ok := Find("blocking-prayer")
	require.False(t, ok)
}

func TestSizes(t *testing.T) {
	for _, tt := range []struct {
		name             string
		requests, agents int
	}{
		{Accumulation, 50_000, 7},
		{Sequential, sequentialRequests, 7},
		{MaxInFlight, 50_000, 7},
		{Timeline, 2400, 7},
		{Channel, channelRequests, limitAgents},
		{Socket, limitRequests, limitAgents},
		{ClientMemory, clientRequests, 7},
	} {
		l, ok := Find(tt.name)
		require.True(t, ok)
		requests, agents := l.Size(50_000, 7)
		require.Equal(t, []int{tt.requests, tt.agents}, []int{requests, agents}, tt.name)
	}
	// Whoever is given no size at all runs one request of one agent.
	l, _ := Find(Accumulation)
	s := l.Scenario(0, 0)
	require.Equal(t, 1, s.Load.Total())
	require.Len(t, s.Agents, 1)
}
