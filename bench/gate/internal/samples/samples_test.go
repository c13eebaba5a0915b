package samples

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/internal/gatetest"
	"github.com/watertight-go/watertight/bench/gate/result"
)

func TestNoiseIsThatOfTheSamples(t *testing.T) {
	require.Zero(t, Noise([]float64{2, 2, 2, 2, 2, 2, 2, 2, 2, 2}))
	quiet, noisy := Noise(gatetest.Samples(1, 20, 2, .01)), Noise(gatetest.Samples(1, 20, 2, .2))
	require.Less(t, quiet, .02)
	require.Greater(t, noisy, .12)
	require.True(t, math.IsInf(Noise([]float64{1, 2, 3}), 1), "too few to halve are as noisy as can be")
	require.Equal(t, quiet, Noise(gatetest.Samples(1, 20, 2, .01)), "the same samples give the same answer")
}

func TestJudgeBatches(t *testing.T) {
	base := gatetest.Samples(1, 20, 2, .02)
	for _, tt := range []struct {
		name    string
		was     []float64
		batches [][]float64
		want    result.Status
		note    string
	}{
		{"same code", base, [][]float64{gatetest.Samples(2, 20, 2, .02)}, result.OK, ""},
		{"slower, twice", base, [][]float64{gatetest.Samples(2, 20, 2.5, .02), gatetest.Samples(3, 20, 2.5, .02)}, result.Worse, "confirmed"},
		{"slower, not confirmed", base, [][]float64{gatetest.Samples(2, 20, 2.5, .02)}, result.Unsure, "no confirming batch"},
		{"slower once", base, [][]float64{gatetest.Samples(2, 20, 2.5, .02), gatetest.Samples(3, 20, 2, .02)}, result.Unsure, "1 of 2 batches"},
		{"slower the second time", base, [][]float64{gatetest.Samples(2, 20, 2, .02), gatetest.Samples(3, 20, 2.5, .02)}, result.Unsure, "1 of 2 batches"},
		{"significant and small", base, [][]float64{gatetest.Samples(2, 20, 2.1, .01), gatetest.Samples(3, 20, 2.1, .01)}, result.OK, ""},
		{"slower, but noisy", base, [][]float64{gatetest.Samples(2, 20, 2.5, .3)}, result.Unsure, "the same code differs"},
		{"noisy, then quiet", base, [][]float64{gatetest.Samples(2, 20, 2, .3), gatetest.Samples(3, 20, 2, .02)}, result.OK, ""},
		{"noisy baseline", gatetest.Samples(1, 20, 2, .3), [][]float64{gatetest.Samples(2, 20, 2, .02)}, result.Unsure, "the same code differs"},
		{"faster", base, [][]float64{gatetest.Samples(2, 20, 1.5, .02)}, result.Better, ""},
		{"slower by little more than the noise, which is above the threshold", gatetest.Samples(1, 20, 2, .19), [][]float64{gatetest.Samples(2, 20, 2.55, .16), gatetest.Samples(3, 20, 2.55, .16)}, result.Unsure, "the same code differs"},
		{"three times as slow on a noisy machine", base, [][]float64{gatetest.Samples(2, 20, 6, .2), gatetest.Samples(3, 20, 6, .2)}, result.Worse, "confirmed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, e, note := JudgeBatches(tt.was, tt.batches, DefaultThreshold, DefaultAlpha)
			require.Equal(t, tt.want, got, "%+v %s", e, note)
			require.Contains(t, note, tt.note)
		})
	}
}

// TestRates prints how often the rule raises a false alarm and how often it
// catches a slowdown. The samples vary by 3 % within a run and by 3 % more
// between runs, as was measured on two processors.
func TestRates(t *testing.T) {
	const trials = 100
	r := rand.New(rand.NewPCG(7, 7))
	alarms, caught := 0, 0
	for i := range trials {
		center := func() float64 { return 2 * (1 + .03*r.NormFloat64()) }
		was := gatetest.Samples(uint64(5*i), 20, center(), .03)
		same := [][]float64{gatetest.Samples(uint64(5*i+1), 20, center(), .03), gatetest.Samples(uint64(5*i+2), 20, center(), .03)}
		slow := [][]float64{gatetest.Samples(uint64(5*i+3), 20, 1.25*center(), .03), gatetest.Samples(uint64(5*i+4), 20, 1.25*center(), .03)}
		if s, _, _ := JudgeBatches(was, same, DefaultThreshold, DefaultAlpha); s == result.Worse {
			alarms++
		}
		if s, _, _ := JudgeBatches(was, slow, DefaultThreshold, DefaultAlpha); s == result.Worse {
			caught++
		}
	}
	t.Logf("of %d: %d false alarms, %d slowdowns of 25 %% caught", trials, alarms, caught)
	require.Zero(t, alarms)
	require.GreaterOrEqual(t, caught, trials*92/100)
}
