package growth

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

func TestTheilSen(t *testing.T) {
	s := theilSen([]float64{10, 12, 14, 16, 18})
	require.Equal(t, slope{rise: 2, low: 2, high: 2}, s)
	s = theilSen([]float64{0, 0, 0, 0, 5})
	require.Zero(t, s.rise, "one outlier moves nothing")
	require.Equal(t, 5.0, s.high, "but five samples say little")
	require.True(t, math.IsInf(theilSen([]float64{1, 2}).high, 1), "two samples say nothing")
}

// TestTheilSenCoverage: the interval holds the true slope about as often as it
// says, and noise alone is seldom called a rise.
func TestTheilSenCoverage(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{10, 20, 50} {
		held, accused := 0, 0
		const trials = 1000
		for range trials {
			samples, noise := make([]float64, n), make([]float64, n)
			for i := range samples {
				noise[i] = random.NormFloat64() * 100
				samples[i] = 3*float64(i) + noise[i]
			}
			if s := theilSen(samples); s.low <= 3 && 3 <= s.high {
				held++
			}
			if theilSen(noise).judge(0) == rising {
				accused++
			}
		}
		require.Greater(t, held, trials*93/100, "n=%d", n)
		require.Less(t, accused, trials*4/100, "n=%d", n)
	}
}

func TestWindow(t *testing.T) {
	stops := []float64{1, 2, 3, 4, 5, 5, 5, 5, 5}
	require.Equal(t, flat, theilSen(window(stops, 5)).judge(0), "a rise that stopped")
	goes := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	require.Equal(t, rising, theilSen(window(goes, 5)).judge(0))
	require.Equal(t, flat, theilSen(window(goes, 5)).judge(1), "as much as is tolerated")
	require.Equal(t, unsure, theilSen(window([]float64{1, 1, 2, 2, 2}, 5)).judge(0))
	require.Len(t, window(make([]float64, 40), 5), 20)
	require.Len(t, window(make([]float64, 3), 5), 3)
}
