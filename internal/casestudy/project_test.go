package casestudy

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// growing is a series in which each request leaves this many goroutines of
// this many bytes.
func growing(samples, perRequest, bytesEach int) []scenarios.Sample {
	var all []scenarios.Sample
	for i := range samples {
		requests := 100 * i
		g := 20 + perRequest*requests
		all = append(all, scenarios.Sample{
			Requests: requests, Goroutines: g,
			HeapBytes: 1 << 20, StackBytes: uint64(g * bytesEach), TotalBytes: 10<<20 + uint64(g*bytesEach),
		})
	}
	return all
}

func TestProjectGrowth(t *testing.T) {
	p := project(scenarios.Observation{Executor: "x", Series: growing(25, 6, 4096)}, 2048)
	require.Equal(t, reports.Interval{Center: 6, Low: 6, High: 6, Confidence: p.PerRequest.Confidence, N: 24}, p.PerRequest)
	require.InDelta(t, 4096, p.BytesPerGoroutine.Center, 0.001)
	require.GreaterOrEqual(t, p.PerRequest.Confidence, 0.95)
	require.Equal(t, "10,000 goroutines", p.Limits[0].Limit)
	require.InDelta(t, (10_000-20)/600.0, p.Limits[0].Hours.Center, 1e-9)
	require.False(t, p.Limits[0].Never)
	require.Equal(t, "2048 MiB (this machine)", p.Limits[3].Limit)
	base := float64(10<<20 + 20*4096)
	require.InDelta(t, (2048*(1<<20)-base)/(600*4096), p.Limits[3].Hours.Center, 1e-6)
}

func TestProjectNothing(t *testing.T) {
	flat := growing(25, 0, 4096)
	p := project(scenarios.Observation{Executor: "x", Series: flat}, 0)
	require.Zero(t, p.PerRequest.Center)
	for _, l := range p.Limits {
		require.True(t, l.Never, l.Limit)
		require.Negative(t, l.Hours.Center)
	}
	require.Contains(t, p.Note, "growth is not shown")
	require.Len(t, p.Limits, 3, "the machine's memory is not known")
}

// Few values give no confident interval, and an endless one is not JSON.
func TestProjectFewSamples(t *testing.T) {
	p := project(scenarios.Observation{Executor: "x", Series: growing(3, 6, 4096)}, 0)
	require.Equal(t, 2, p.PerRequest.N)
	require.Zero(t, p.PerRequest.Confidence)
	_, err := json.Marshal(p)
	require.NoError(t, err)
}

func TestProjectionsPreferTheTimeline(t *testing.T) {
	r := &reports.Report{Executors: []reports.Executor{{Name: "x"}, {Name: "y"}, {Name: "z"}}, Cells: []scenarios.Cell{
		{Observation: scenarios.Observation{Executor: "x", Scenario: loads.Accumulation, Series: growing(25, 9, 1)}},
		{Observation: scenarios.Observation{Executor: "x", Scenario: loads.Timeline, Series: growing(25, 6, 1)}},
		{Observation: scenarios.Observation{Executor: "y", Scenario: loads.Accumulation, Series: growing(25, 9, 1)}},
		{Observation: scenarios.Observation{Executor: "z", Scenario: loads.Accumulation}},
	}}
	all := projections(r)
	require.Len(t, all, 2)
	require.Equal(t, 6.0, all[0].PerRequest.Center)
	require.Equal(t, 9.0, all[1].PerRequest.Center)
}
