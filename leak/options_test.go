package leak_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"

	"github.com/watertight-go/watertight/leak"
)

func TestFindProofOff(t *testing.T) {
	base := leak.Take()
	leakDropped(t)
	r := find(t, base, leak.Options{Settle: brief, NoProof: true})
	require.Equal(t, 1, r.Goroutines)
	require.Contains(t, r.ProofStatus, "not proven")
	r = find(t, base, leak.Options{Settle: brief})
	if provable {
		require.Equal(t, "goroutineleak profile", r.ProofStatus)
		require.Equal(t, leak.Proven, r.Findings[0].Class)
	} else {
		require.Equal(t, "not proven: this Go has no leak profile", r.ProofStatus)
	}
}

func TestFindProcess(t *testing.T) {
	opts := leak.Options{Heap: true, Descriptors: true, Settle: brief}
	base := leak.Take(opts)
	held := make([]byte, 8<<20)
	file, err := os.Open(os.DevNull)
	require.NoError(t, err)
	r := find(t, base, opts)
	runtime.KeepAlive(held)
	require.NoError(t, file.Close())
	require.True(t, r.HeapMeasured)
	require.InDelta(t, 8<<20, r.Heap, 1<<20)
	if runtime.GOOS == "linux" || runtime.GOOS == "darwin" {
		require.True(t, r.DescriptorsMeasured)
		require.Equal(t, 1, r.Descriptors)
	} else {
		require.NotEmpty(t, r.Warnings)
	}
	r = find(t, leak.Take(), opts)
	require.False(t, r.HeapMeasured)
	require.Len(t, r.Warnings, 2, "a baseline without heap cannot be compared: %q", r.Warnings)
}

func TestFindContext(t *testing.T) {
	base := leak.Take()
	defer leakSend(t).release()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	r, err := leak.Find(ctx, base, leak.Options{})
	require.ErrorIs(t, err, leak.ErrLeak)
	require.Equal(t, 1, r.Goroutines, "%s", r)
	require.NotEmpty(t, r.Warnings)
	require.Less(t, time.Since(start), defaultSettle/2)
	_, err = leak.Find(ctx, base, leak.Options{})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestFindOptions(t *testing.T) {
	_, err := leak.Find(context.Background(), nil, leak.Options{
		Allow: []leak.Allow{{}}, Fail: []leak.Class{"sleepy"}, SettleClass: map[leak.Class]time.Duration{"restless": 1},
	})
	require.ErrorContains(t, err, "Allow[0]: got no condition")
	require.ErrorContains(t, err, "Allow[0]: got no Reason")
	require.ErrorContains(t, err, `got class "sleepy"`)
	require.ErrorContains(t, err, `options.SettleClass: got class "restless"`)
	require.False(t, errors.Is(err, leak.ErrLeak))
}

// TestFindMany has as many goroutines as a large cell of the matrix.
func TestFindMany(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds under the race detector")
	}
	const n = 8_000 // the race detector allows 8,128 goroutines
	base := leak.Take()
	release := make(chan int)
	var started sync.WaitGroup
	for range n {
		started.Add(1)
		go func() { started.Done(); <-release }()
	}
	started.Wait()
	r := find(t, base, leak.Options{Settle: brief})
	require.Equal(t, n, r.Goroutines)
	require.LessOrEqual(t, len(r.Findings), 2, "%s", r)
	close(release)
	require.NoError(t, find(t, base, leak.Options{}).Err())
}
