//go:build go1.25

package growth

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestWatchActivity: in a bubble timers fire on time. Those that fire once and have
// soon done so give no activity, however many there are.
func TestWatchActivity(t *testing.T) {
	if !process.Created().Known {
		t.Skip("this Go does not count created goroutines")
	}
	every := func(d time.Duration) func() {
		var timer *time.Timer
		ready := make(chan bool)
		timer = time.AfterFunc(d, func() { <-ready; timer.Reset(d) })
		close(ready)
		return func() { timer.Stop() }
	}
	after := func(n int, d time.Duration) func() {
		for i := range n {
			time.AfterFunc(d*time.Duration(i+1), func() {})
		}
		return func() {}
	}
	for _, c := range []struct {
		name     string
		start    func() (stop func())
		from, to float64
	}{
		{"nothing", func() func() { return func() {} }, 0, 0},
		{"every 5 ms", func() func() { return every(5 * time.Millisecond) }, 180, 200},
		{"every 90 ms", func() func() { return every(90 * time.Millisecond) }, 9, 12},
		{"every 900 ms, seen at once", func() func() { after(1, time.Millisecond); return every(900 * time.Millisecond) }, 0.9, 1.6},
		{"thirty within the watch", func() func() { return after(30, 3*time.Millisecond) }, 0, 0},
		{"fewer and fewer", func() func() { after(100, time.Millisecond); return after(10, 120*time.Millisecond) }, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stop := c.start()
				p := watchActivity(100*time.Millisecond, 5*time.Second)
				stop()
				require.Equal(t, c.to > 0, p.steady)
				if c.to > 0 {
					require.GreaterOrEqual(t, p.rate(), c.from)
					require.LessOrEqual(t, p.rate(), c.to)
				} else {
					require.Zero(t, p.fired)
				}
			})
		})
	}
}
