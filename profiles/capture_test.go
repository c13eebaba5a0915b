package profiles

import (
	"errors"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCaptureLabelsSurviveWriteAndRead(t *testing.T) {
	release := make(chan struct{})
	alpha, beta := startAgents("alpha", 3, release), startAgents("beta", 2, release)
	defer beta.Wait()
	defer alpha.Wait()
	defer close(release)

	p := capture(t, Goroutine)
	path := filepath.Join(t.TempDir(), "goroutine.pb.gz")
	require.NoError(t, p.WriteFile(path))
	read, err := Read(path)
	require.NoError(t, err)

	require.Equal(t, Goroutine, read.Kind())
	require.Equal(t, map[string]int64{"alpha": 3, "beta": 2}, read.ByLabel("agent"))
	require.Empty(t, read.ByLabel("nosuch"))
	e := entryOf(read, "stuckAgent")
	require.EqualValues(t, 5, e.Value)
	require.Equal(t, "main_test.go", filepath.Base(e.File))
	require.Positive(t, e.Line)
	require.Equal(t, p.Top(0), read.Top(0))

	total, unit := read.Total()
	require.GreaterOrEqual(t, total, int64(6), "five agents and this test")
	require.Equal(t, "count", unit)
}

func TestCaptureHeap(t *testing.T) {
	p := capture(t, Heap)
	require.Equal(t, Heap, p.Kind())
	_, unit := p.Total()
	require.Equal(t, "bytes", unit)
}

// The child has MemProfileRate=1, so its heap is exact.
func TestCaptureHeapInUse(t *testing.T) {
	p, err := Read(filepath.Join(childProfiles(t), string(Heap)))
	require.NoError(t, err)
	require.EqualValues(t, heldBytes, entryOf(p, "holdMemory").Value)
	total, unit := p.Total()
	require.GreaterOrEqual(t, total, int64(heldBytes))
	require.Equal(t, "bytes", unit)
}

// The heap that a collected block held is not in the profile, though its
// allocation is: the two collections happen.
func TestCaptureHeapCollectsFirst(t *testing.T) {
	defer func(rate int) { runtime.MemProfileRate = rate }(runtime.MemProfileRate)
	runtime.MemProfileRate = 1
	kept := holdMemory(1 << 16)
	require.EqualValues(t, 1<<16, entryOf(capture(t, Heap), "holdMemory").Value)
	runtime.KeepAlive(kept)
	require.Zero(t, entryOf(capture(t, Heap), "holdMemory").Value)
}

func TestCaptureLeak(t *testing.T) {
	if !provesLeaks() {
		_, err := Capture(Leak)
		require.ErrorIs(t, err, ErrNoLeakProfile)
		require.ErrorContains(t, err, runtime.Version())
		t.Skipf("the rest needs the leak profile: %v", err)
	}
	// Nothing is leaked here, in spite of a goroutine that waits.
	release := make(chan struct{})
	agents := startAgents("alpha", 1, release)
	innocent := capture(t, Leak)
	close(release)
	agents.Wait()
	require.Equal(t, Leak, innocent.Kind())
	require.Zero(t, entryOf(innocent, "stuckAgent"))

	p, err := Read(filepath.Join(childProfiles(t), string(Leak)))
	require.NoError(t, err)
	require.Equal(t, Leak, p.Kind())
	total, unit := p.Total()
	require.EqualValues(t, leakedAlpha+leakedBeta, total)
	require.Equal(t, "count", unit)
	require.Equal(t, map[string]int64{"alpha": leakedAlpha, "beta": leakedBeta}, p.ByLabel("agent"))
	require.EqualValues(t, leakedAlpha+leakedBeta, entryOf(p, "stuckAgent").Value)
}

func TestCaptureRefusesOtherKinds(t *testing.T) {
	for _, kind := range []Kind{"", "cpu", "allocs", "nosuch"} {
		_, err := Capture(kind)
		require.ErrorContains(t, err, `want "goroutine", "goroutineleak" or "heap"`)
		require.False(t, errors.Is(err, ErrNoLeakProfile))
	}
}
