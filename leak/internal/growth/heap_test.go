package growth

import (
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// line are ten samples that rise by step.
func line(step float64) (samples []float64) {
	for i := range 10 {
		samples = append(samples, 1000+step*float64(i))
	}
	return samples
}

// noisy are ten samples that rise and fall.
var noisy = []float64{1000, 1900, 1100, 2400, 900, 2600, 1200, 2000, 1500, 2500}

// TestHeapTrend: the size of the heap is never believed without the allocations.
func TestHeapTrend(t *testing.T) {
	for _, c := range []struct {
		name       string
		size, held []float64
		verdict    Verdict
		says       string
	}{
		{"flat", line(0), nil, Clean, "no rise over the last 5 rounds"},
		{"within the tolerance", line(4), nil, Clean, "no rise over the last 5 rounds"},
		{"the size rises, allocations are not recorded", line(100), nil, Unknown, "too noisy: between 100 B and 100 B per round"},
		{"both rise", line(100), line(100), Leaking, "100 B more per round, over the last 5 of 10 rounds"},
		{"only the size rises", line(100), line(0), Clean, "the runtime keeps them for reuse"},
		{"the size rises, too few allocations are recorded", line(100), line(100)[:5], Unknown, "too noisy"},
		{"noise", noisy, line(100), Unknown, "too noisy"},
		{"too few rounds", line(100)[:4], nil, Clean, "no rise"},
	} {
		places := func(tolerance float64) []string {
			require.Equal(t, 4.0, tolerance)
			return []string{"f.go:7"}
		}
		trend := heapSeries{plan: plan, size: c.size, held: c.held}.trend(places)
		if c.name == "too few rounds" {
			require.Equal(t, c.verdict, trend.Verdict, c.name)
			continue
		}
		require.Equal(t, c.verdict, trend.Verdict, "%s: %s", c.name, trend.Why)
		require.Contains(t, trend.Why, c.says, c.name)
		require.Equal(t, c.verdict == Leaking, len(trend.Where) == 1, c.name)
		require.Equal(t, 4.0, trend.Tolerance)
	}
}

// TestHeapAfterTimers: what is held once no timers are pending is compared by place.
func TestHeapAfterTimers(t *testing.T) {
	before := heapAfterTimers{rounds: 10, sites: map[string]int64{"a": 100, "b": 100}}
	for _, c := range []struct {
		name    string
		now     map[string]int64
		ran     int
		verdict Verdict
	}{
		{"no more rounds", map[string]int64{"a": 100, "b": 100}, 10, Unknown},
		{"no more", map[string]int64{"a": 100, "b": 100}, 20, Clean},
		{"one place grows", map[string]int64{"a": 1100, "b": 100}, 20, Leaking},
		{"within the tolerance", map[string]int64{"a": 140, "b": 100}, 20, Clean},
		{"a few bytes in many places", map[string]int64{"a": 120, "b": 120, "c": 20, "d": 20}, 20, Clean},
	} {
		trend := Trend{Tolerance: 4}
		before.compare(c.now, c.ran, &trend)
		require.Equal(t, c.verdict, trend.Verdict, "%s: %s", c.name, trend.Why)
	}
}

// TestDescriptorTrend names what is newly open where the number rises.
func TestDescriptorTrend(t *testing.T) {
	places := func() []string {
		return newlyOpen(map[string]int{"/a": 1, "/b": 5, "socket": 2}, map[string]int{"/a": 4, "/b": 5, "socket": 9, "/c": 1, "/d": 1})
	}
	trend := descriptorTrend(line(1), 5, places)
	require.Equal(t, Leaking, trend.Verdict)
	require.Equal(t, "+1 per round, over the last 5 of 10 rounds", trend.Why)
	require.Equal(t, []string{"7 more open: socket", "3 more open: /a", "1 more open: /c"}, trend.Where)
	require.Equal(t, Clean, descriptorTrend(line(0), 5, places).Verdict)
	require.Equal(t, Unknown, descriptorTrend(noisy, 5, places).Verdict)
	require.Equal(t, flat, descriptorDoubt(line(1)[:4], 5), "too few rounds")
}

// TestWorst: a leak outweighs doubt, and doubt outweighs what is clean or not judged.
func TestWorst(t *testing.T) {
	for _, c := range []struct {
		verdicts [4]Verdict
		want     Verdict
	}{
		{[4]Verdict{Clean, Clean, Clean, Clean}, Clean},
		{[4]Verdict{Clean, NotJudged, NotJudged, NotJudged}, Clean},
		{[4]Verdict{Clean, Unknown, NotJudged, Clean}, Unknown},
		{[4]Verdict{Leaking, Unknown, Clean, Clean}, Leaking},
		{[4]Verdict{Unknown, Clean, Leaking, Unknown}, Leaking},
	} {
		trends := [5]*Trend{4: {Verdict: Clean}}
		for i, v := range c.verdicts {
			trends[i] = &Trend{Verdict: v}
		}
		require.Equal(t, c.want, worst(trends), "%v", c.verdicts)
	}
}
