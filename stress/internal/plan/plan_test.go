package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

func executorNames(p *Plan) []string {
	var all []string
	for _, x := range p.Executors {
		all = append(all, x.Name)
	}
	return all
}

func TestPlanExecutors(t *testing.T) {
	// Somebody's own executors: the first and the last stand in.
	p, err := New(Options{Requests: 1, Agents: 1}, specs("mine", "other", "theirs"))
	require.NoError(t, err)
	require.Equal(t, []string{"mine", "other", "theirs"}, executorNames(p))

	p, err = New(Options{Requests: 1, Agents: 1, Before: "reference", After: "errgroup", Executors: "detached"}, exhibits.Specs())
	require.NoError(t, err)
	require.Equal(t, []string{"reference", "detached", "errgroup"}, executorNames(p))
}

func TestPlanCells(t *testing.T) {
	a := Options{Requests: 100, Agents: 5, RaceBinary: "x"}
	p, err := New(a, exhibits.Specs())
	require.NoError(t, err)
	count := map[string]int{}
	for _, c := range append(p.Together, p.Alone...) {
		key := c.Scenario
		if c.Race || c.Kind == cell.KindHeap {
			key = c.String()[len(c.Executor)+1:]
		}
		count[key]++
	}
	for name, want := range map[string]int{
		"normal": 5, "concurrent": 5, "concurrent (race)": 5, loads.Accumulation: 5, loads.Accumulation + " (heap)": 5,
		loads.Sequential: 5, loads.Timeline: 5, loads.MaxInFlight: 1, "blocking-syscall": 2, loads.ClientMemory: 1,
	} {
		require.Equal(t, want, count[name], name)
	}

	a.RaceBinary, a.Scenarios = "", "accum*-seq*,concurrent"
	p, err = New(a, exhibits.Specs())
	require.NoError(t, err)
	require.Len(t, p.Rows, 2)
	require.Empty(t, p.Alone, "no race cells without a race binary")
	require.Len(t, p.Together, 10)
}

func specs(names ...string) []executor.Spec {
	var all []executor.Spec
	for _, n := range names {
		all = append(all, executor.Spec{Name: n, New: exhibits.NewWaitGroup})
	}
	return all
}

// A run of streams has the executors that stream. Those that are neither before nor after
// run on virtual time, so they have no cells in scenarios that need the machine's clock.
func TestPlanStreams(t *testing.T) {
	all := append(exhibits.Specs(), exhibits.StreamSpecs()...)
	p, err := New(Options{Requests: 1, Agents: 1, Streams: true, RaceBinary: "x"}, all)
	require.NoError(t, err)
	require.Equal(t, "stream-unbuffered", p.Before.Name)
	require.Equal(t, "reference", p.After.Name)
	require.Len(t, p.Executors, 6)
	require.NotContains(t, executorNames(p), "waitgroup")
	count := map[string]int{}
	for _, c := range append(p.Together, p.Alone...) {
		count[c.Scenario]++
		require.Equal(t, c.Executor != "reference" && c.Executor != "stream-unbuffered", c.VirtualIfPossible, c)
	}
	require.Equal(t, 6, count["stream-break"])
	require.Equal(t, 2, count["stream-disconnect"])
	require.Equal(t, 8, count["stream-concurrent"], "two of them with the race detector")
	require.Zero(t, count["normal"])

	_, err = New(Options{Requests: 1, Agents: 1, Streams: true}, specs("a", "b"))
	require.ErrorContains(t, err, "-streams: got no executor with streams")
	p, err = New(Options{Requests: 1, Agents: 1}, all)
	require.NoError(t, err)
	require.NotContains(t, executorNames(p), "stream-unbuffered")
}
