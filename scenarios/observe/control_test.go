package observe

import (
	"math"
	"runtime/metrics"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

func TestLongestSince(t *testing.T) {
	histogram := func(counts ...uint64) *metrics.Float64Histogram {
		return &metrics.Float64Histogram{Counts: counts, Buckets: []float64{math.Inf(-1), 0, 0.01, 0.25, math.Inf(1)}}
	}
	for _, tt := range []struct {
		name          string
		before, after *metrics.Float64Histogram
		want          time.Duration
	}{
		{"nothing new", histogram(1, 2, 3, 4), histogram(1, 2, 3, 4), 0},
		{"a short wait", histogram(0, 0, 0, 7), histogram(0, 0, 1, 7), 10 * time.Millisecond},
		{"the longest counts", histogram(0, 0, 0, 7), histogram(9, 9, 9, 8), 250 * time.Millisecond},
		{"no time at all", histogram(0, 0, 0, 0), histogram(5, 0, 0, 0), 0},
		{"no histogram", nil, histogram(1, 1, 1, 1), 0},
		{"other buckets", &metrics.Float64Histogram{}, histogram(1, 1, 1, 1), 0},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, longestSince(tt.before, tt.after)) })
	}
	require.NotNil(t, readLatencies(), "this Go has the histogram")
}

// The longest delay counts. In a bubble nothing is late.
func TestWitnessesNoteTheLongest(t *testing.T) {
	var w witnesses
	for _, d := range []time.Duration{3, 9, 5} {
		w.note(d)
	}
	require.Equal(t, time.Duration(9), w.longest())
	synctest.Test(t, func(t *testing.T) {
		var exact witnesses
		calls := 0
		run := exact.besideMessages(func() { calls++; time.Sleep(time.Second) })
		exact.besideTimer(time.Millisecond, run)()
		require.Zero(t, exact.longest(), "timers and messages are never late in a bubble")
		require.Equal(t, 1, calls)
	})
}

// A caller that waits is waited for until the machine's lateness cannot be the cause.
func TestWaitsLongerOnALateMachine(t *testing.T) {
	for _, tt := range []struct {
		late, returns, want time.Duration
	}{
		{0, 0, 0},
		{100 * time.Millisecond, 0, 60 * time.Millisecond}, // 4 x 100 ms, less those 340 ms that it has waited
		{time.Second, 0, 3660 * time.Millisecond},
		{time.Hour, 0, mostPatience - 340*time.Millisecond},
		{time.Second, 50 * time.Millisecond, 50 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := scenarios.Scenario{Name: "s", Agents: []scenarios.Agent{{ID: "a", Fault: mocks.Hang()}},
				Config: executor.Config{AgentTimeout: 100 * time.Millisecond, Grace: 40 * time.Millisecond}}
			c := &cell{s: s}
			c.witnesses.note(tt.late)
			idle := make(chan struct{})
			if tt.returns > 0 {
				time.AfterFunc(tt.returns, func() { close(idle) })
			}
			began := time.Now()
			c.waitLonger(idle, nil)
			require.Equal(t, tt.want, time.Since(began), "%v late", tt.late)
		})
	}
}
