package leak_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"

	"github.com/watertight-go/watertight/leak"
)

// leave starts n goroutines that nothing can wake, and returns when all stand.
// They stay until the test binary ends.
func leave(n int) {
	var started sync.WaitGroup
	started.Add(n)
	for range n {
		go func() {
			started.Done()
			<-make(chan int)
		}()
	}
	started.Wait()
}

// BenchmarkFind searches for goroutines left behind, and at none among as many that
// were there before. `make speed` compares with goleak.
func BenchmarkFind(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		base := leak.Take()
		leave(n)
		b.Run(fmt.Sprintf("left=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := leak.Find(context.Background(), base, leak.Options{Settle: time.Millisecond})
				require.ErrorIs(b, err, leak.ErrLeak)
				require.Equal(b, n, r.Goroutines)
			}
		})
		base = leak.Take()
		b.Run(fmt.Sprintf("live=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := leak.Find(context.Background(), base, leak.Options{})
				require.NoError(b, err)
				require.Zero(b, r.Goroutines)
			}
		})
	}
}
