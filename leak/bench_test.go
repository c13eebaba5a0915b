package leak_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

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

// BenchmarkFind compares with goleak with goroutines left behind. The ratio is
// reported, not gated.
func BenchmarkFind(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		base := leak.Take()
		ignore := goleak.IgnoreCurrent()
		leave(n)
		b.Run(fmt.Sprintf("leak/%d", n), func(b *testing.B) {
			for b.Loop() {
				r, err := leak.Find(context.Background(), base, leak.Options{Settle: leak.SettleFor(time.Millisecond)})
				require.NoError(b, err)
				require.Equal(b, n, r.Goroutines)
			}
		})
		b.Run(fmt.Sprintf("goleak/%d", n), func(b *testing.B) {
			for b.Loop() {
				require.Error(b, goleak.Find(ignore))
			}
		})
	}
}
