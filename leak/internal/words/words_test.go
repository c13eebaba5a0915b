package words

import (
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

func TestWords(t *testing.T) {
	require.Equal(t, "1 goroutine", Goroutines(1))
	require.Equal(t, "0 goroutines", Goroutines(0))
	require.Equal(t, "1.23s", Duration(1234*time.Millisecond))
	require.Equal(t, "1.23ms", Duration(1234*time.Microsecond))
	require.Equal(t, "999ns", Duration(999))
	require.Equal(t, "1023 B", Bytes(1023))
	require.Equal(t, "-1.5 KiB", Bytes(-1536))
	require.Equal(t, "2.0 MiB", Bytes(2<<20))
}
