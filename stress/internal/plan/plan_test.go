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
