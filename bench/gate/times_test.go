package gate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// normal is n samples around center that vary by spread, a part of the whole.
func normal(seed uint64, n int, center, spread float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	samples := make([]float64, n)
	for i := range samples {
		samples[i] = center * (1 + spread*r.NormFloat64())
	}
	return samples
}

func TestNoiseIsThatOfTheSamples(t *testing.T) {
	require.Zero(t, noise([]float64{2, 2, 2, 2, 2, 2, 2, 2, 2, 2}))
	calm, restless := noise(normal(1, 20, 2, .01)), noise(normal(1, 20, 2, .2))
	require.Less(t, calm, .02)
	require.Greater(t, restless, .12)
	require.True(t, math.IsInf(noise([]float64{1, 2, 3}), 1), "too few to halve are as noisy as can be")
	require.Equal(t, calm, noise(normal(1, 20, 2, .01)), "the same samples give the same answer")
}

func TestJudgeBatches(t *testing.T) {
	base := normal(1, 20, 2, .02)
	for _, tt := range []struct {
		name    string
		was     []float64
		batches [][]float64
		want    Status
		note    string
	}{
		{"same code", base, [][]float64{normal(2, 20, 2, .02)}, OK, ""},
		{"slower, twice", base, [][]float64{normal(2, 20, 2.5, .02), normal(3, 20, 2.5, .02)}, Worse, "confirmed"},
		{"slower, not confirmed", base, [][]float64{normal(2, 20, 2.5, .02)}, Unsure, "no confirming batch"},
		{"slower once", base, [][]float64{normal(2, 20, 2.5, .02), normal(3, 20, 2, .02)}, Unsure, "1 of 2 batches"},
		{"slower the second time", base, [][]float64{normal(2, 20, 2, .02), normal(3, 20, 2.5, .02)}, Unsure, "1 of 2 batches"},
		{"significant and small", base, [][]float64{normal(2, 20, 2.1, .01), normal(3, 20, 2.1, .01)}, OK, ""},
		{"slower, but restless", base, [][]float64{normal(2, 20, 2.5, .3)}, Unsure, "the same code differs"},
		{"restless, then quiet", base, [][]float64{normal(2, 20, 2, .3), normal(3, 20, 2, .02)}, OK, ""},
		{"restless baseline", normal(1, 20, 2, .3), [][]float64{normal(2, 20, 2, .02)}, Unsure, "the same code differs"},
		{"faster", base, [][]float64{normal(2, 20, 1.5, .02)}, Better, ""},
		{"three times as slow on a restless machine", base, [][]float64{normal(2, 20, 6, .2), normal(3, 20, 6, .2)}, Worse, "confirmed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, e, note := judgeBatches(tt.was, tt.batches, DefaultThreshold, DefaultAlpha)
			require.Equal(t, tt.want, got, "%+v %s", e, note)
			require.Contains(t, note, tt.note)
		})
	}
}

// TestRates publishes what the rule does with samples as this machine gives them:
// the noise of 3 % that was measured within a run, and 3 % more between runs.
func TestRates(t *testing.T) {
	const trials = 100
	r := rand.New(rand.NewPCG(7, 7))
	alarms, caught := 0, 0
	for i := range trials {
		mood := func() float64 { return 2 * (1 + .03*r.NormFloat64()) }
		was := normal(uint64(5*i), 20, mood(), .03)
		same := [][]float64{normal(uint64(5*i+1), 20, mood(), .03), normal(uint64(5*i+2), 20, mood(), .03)}
		slow := [][]float64{normal(uint64(5*i+3), 20, 1.25*mood(), .03), normal(uint64(5*i+4), 20, 1.25*mood(), .03)}
		if s, _, _ := judgeBatches(was, same, DefaultThreshold, DefaultAlpha); s == Worse {
			alarms++
		}
		if s, _, _ := judgeBatches(was, slow, DefaultThreshold, DefaultAlpha); s == Worse {
			caught++
		}
	}
	t.Logf("of %d: %d false alarms, %d slowdowns of 25 %% caught", trials, alarms, caught)
	require.Zero(t, alarms)
	require.GreaterOrEqual(t, caught, trials*92/100)
}
