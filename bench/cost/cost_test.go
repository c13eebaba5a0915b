package cost

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
)

// wrapped is the reference with something done before each request.
func wrapped(t *testing.T, before func(requests int)) executor.Spec {
	spec, err := exhibits.Lookup("reference")
	require.NoError(t, err)
	build := spec.New
	spec.New = func(c executor.Config) (executor.ParallelExecutor, error) {
		x, err := build(c)
		return &counting{ParallelExecutor: x, before: before}, err
	}
	return spec
}

type counting struct {
	executor.ParallelExecutor
	requests int
	before   func(int)
}

func (x *counting) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	x.requests++
	x.before(x.requests)
	return x.ParallelExecutor.ExecuteParallel(ctx, input, agents)
}

const agents = 5

func TestPlantedLeaksAreSeen(t *testing.T) {
	never := make(chan struct{})
	c, err := Requests(t.Context(), wrapped(t, func(int) { go func() { <-never }() }), agents)
	require.NoError(t, err)
	require.InDelta(t, 1, c.Goroutines, .01)
	close(never)

	var kept [][]byte
	c, err = Requests(t.Context(), wrapped(t, func(int) { kept = append(kept, make([]byte, 1000)) }), agents)
	require.NoError(t, err)
	require.InDelta(t, 1024, c.RetainedBytes, 200)
	runtime.KeepAlive(kept)
	kept = nil

	var open []*os.File
	c, err = Requests(t.Context(), wrapped(t, func(n int) {
		if n%10 == 0 {
			f, err := os.Open(os.DevNull)
			require.NoError(t, err)
			open = append(open, f)
		}
	}), agents)
	require.NoError(t, err)
	if c.NoDescriptors == "" {
		require.InDelta(t, .1, c.Descriptors, .01)
	}
	for _, f := range open {
		require.NoError(t, f.Close())
	}
}

func TestInnocentsLeaveNothing(t *testing.T) {
	var cache []byte
	for name, before := range map[string]func(int){
		"the reference":      func(int) {},
		"a cache that fills": func(n int) { cache = append(cache, make([]byte, max(0, 100_000-1000*n))...) },
		"a goroutine that ends": func(int) {
			done := make(chan struct{})
			go close(done)
			<-done
		},
		"a file that is closed": func(int) {
			f, err := os.Open(os.DevNull)
			require.NoError(t, err)
			require.NoError(t, f.Close())
		},
	} {
		c, err := Requests(t.Context(), wrapped(t, before), agents)
		require.NoError(t, err, name)
		require.Zero(t, c.Goroutines, name)
		require.Zero(t, c.Descriptors, name)
		require.Less(t, c.RetainedBytes, 256., name)
		require.Positive(t, c.Requests)
	}
	runtime.KeepAlive(cache)
}

// One more allocation in each request is counted as one more.
func TestAllocationsAreExact(t *testing.T) {
	plain, err := Requests(t.Context(), wrapped(t, func(int) {}), agents)
	require.NoError(t, err)
	var keep *[64]byte
	more, err := Requests(t.Context(), wrapped(t, func(int) { keep = new([64]byte) }), agents)
	require.NoError(t, err)
	runtime.KeepAlive(keep)
	require.InDelta(t, 1, more.Allocs-plain.Allocs, .1)
	require.InDelta(t, 64, more.AllocBytes-plain.AllocBytes, 16)
}

func TestTimesComeInPairs(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	got, err := Times(wrapped(t, func(int) {}), agents, 1, 3)
	require.NoError(t, err)
	require.Equal(t, before, runtime.GOMAXPROCS(0))
	require.Len(t, got.Call, 3)
	require.Len(t, got.Floor, 3)
	for _, r := range got.Ratios() {
		require.Positive(t, r)
	}
}

func TestWhatCannotBeMeasuredIsAnError(t *testing.T) {
	for name, build := range map[string]func(executor.Config) (executor.ParallelExecutor, error){
		"an error":         func(executor.Config) (executor.ParallelExecutor, error) { return nil, errors.New("an error") },
		"want one of them": func(executor.Config) (executor.ParallelExecutor, error) { return nil, nil },
		"got 0 results":    func(executor.Config) (executor.ParallelExecutor, error) { return loser{}, nil },
	} {
		spec := executor.Spec{Name: "bad", New: build}
		_, err := Requests(t.Context(), spec, agents)
		require.ErrorContains(t, err, name)
		_, err = Times(spec, agents, 1, 1)
		require.ErrorContains(t, err, name)
	}
}

// loser loses every result.
type loser struct{}

func (loser) ExecuteParallel(context.Context, string, []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	return nil, nil
}
