package growth

import (
	"runtime"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestRecordAllocations: the last that stops puts the rate back.
func TestRecordAllocations(t *testing.T) {
	rate := runtime.MemProfileRate
	one, other := recordAllocations(), recordAllocations()
	require.Equal(t, 1, runtime.MemProfileRate)
	one.stop()
	require.Equal(t, 1, runtime.MemProfileRate)
	other.stop()
	require.Equal(t, rate, runtime.MemProfileRate)
}
