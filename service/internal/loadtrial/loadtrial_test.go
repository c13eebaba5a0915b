package loadtrial

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/service/load"
)

func TestMain(m *testing.M) {
	Child()
	goleak.VerifyTestMain(m)
}

// A load that sends no more while its places are taken hides most of a freeze, as closed loops
// do. The comparison sees that.
func TestALoadThatHidesAFreezeDoesNotAgree(t *testing.T) {
	a, err := Agree(t.Context(), Spec{Rate: 200, For: 1500 * ms, FreezeAt: 500 * ms, Freeze: 300 * ms, Work: 20 * ms, MostInFlight: 8})
	require.NoError(t, err)
	a.Write(t.Output())
	assert.NotZero(t, a.Load.Skipped)
	assert.Greater(t, a.Worst().Difference(), 5*Bar)
}

const ms = time.Millisecond

func TestDifference(t *testing.T) {
	assert.InDelta(t, 0.1, Row{"", 110 * ms, 100 * ms}.Difference(), 1e-9)
	assert.InDelta(t, 0.1, Row{"", 90 * ms, 100 * ms}.Difference(), 1e-9)
	assert.Zero(t, Row{"", 90 * ms, 90 * ms}.Difference())
	a := Agreement{Rows: []Row{{"p50", 10, 10}, {"p90", 12, 10}, {"max", 11, 10}}}
	assert.Equal(t, "p90", a.Worst().Name)
}

func TestExactPercentiles(t *testing.T) {
	var all []time.Duration
	for i := range 1000 {
		all = append(all, time.Duration(i+1))
	}
	for percentile, want := range map[float64]time.Duration{0: 1, 0.1: 1, 50: 500, 90: 900, 99: 990, 99.9: 999, 100: 1000} {
		assert.Equal(t, want, exact(all, percentile), percentile)
	}
	assert.Equal(t, time.Duration(7), exact([]time.Duration{7}, 50))
}

// The processes that are measured end, and their load is whole. The figure itself is only
// plausible here: the command says what it is on a quiet machine.
func TestMeasure(t *testing.T) {
	for _, p := range []load.Protocol{load.HTTP1, load.H2C} {
		c, err := Measure(t.Context(), CostSpec{Rate: 200, For: 500 * ms, Protocol: p})
		require.NoError(t, err)
		assert.Equal(t, 100, c.Load.Clients[0].Answered)
		assert.Positive(t, c.Processor)
		var text strings.Builder
		c.Write(&text)
		assert.Contains(t, text.String(), "100 requests in ")
	}
}

func TestMeasureEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Measure(ctx, CostSpec{Rate: 200, For: time.Hour})
	assert.Error(t, err)
	assert.Empty(t, os.Getenv(roleVariable))
}
