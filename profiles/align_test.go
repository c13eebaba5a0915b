package profiles

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

// timed is a profile of one value, in a unit.
func timed(t *testing.T, kind, unit string, value int64) *Profile {
	t.Helper()
	return sampleOf(t, &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: kind, Unit: unit}},
		PeriodType: &profile.ValueType{Type: kind, Unit: unit}, Period: 10,
	}, stack{value: value, functions: []string{"x.leaf", "x.root"}})
}

// Values of one quantity in two units are compared in the finer one.
func TestAlign(t *testing.T) {
	for name, tt := range map[string]struct {
		before, after    *Profile
		was, is          int64
		unit             string
		wasTotal, change int64
	}{
		"the same unit":   {timed(t, "cpu", "nanoseconds", 5), timed(t, "cpu", "nanoseconds", 7), 5, 7, "nanoseconds", 5, 2},
		"ms before":       {timed(t, "cpu", "milliseconds", 3), timed(t, "cpu", "nanoseconds", 2e6), 3e6, 2e6, "nanoseconds", 3e6, -1e6},
		"ms after":        {timed(t, "cpu", "ns", 2e6), timed(t, "cpu", "ms", 3), 2e6, 3e6, "ns", 2e6, 1e6},
		"one unit's name": {timed(t, "cpu", "ns", 2), timed(t, "cpu", "nanoseconds", 3), 2, 3, "ns", 2, 1},
		"kB":              {timed(t, "space", "kb", 2), timed(t, "space", "bytes", 3), 2048, 3, "bytes", 2048, -2045},
		"too large":       {timed(t, "cpu", "hours", math.MaxInt64/2), timed(t, "cpu", "ns", 1), math.MaxInt64, 1, "ns", math.MaxInt64, 1 - math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := Compare(tt.before, tt.after, 1)
			require.NoError(t, err)
			require.Equal(t, []int64{tt.was, tt.is}, []int64{all[0].CumBefore, all[0].CumAfter})
			b, a, err := Align(tt.before, tt.after)
			require.NoError(t, err)
			require.Equal(t, tt.wasTotal, b.TotalOf(1))
			types, _ := a.Types()
			require.Equal(t, tt.unit, types[1].Unit)

			diff, err := Diff(tt.before, tt.after)
			require.NoError(t, err)
			require.Equal(t, tt.change, diff.TotalOf(1))
			// What was scaled can be written, and p is as it was.
			path := filepath.Join(t.TempDir(), "p.pb.gz")
			require.NoError(t, b.WriteFile(path))
			again, err := Read(path)
			require.NoError(t, err)
			require.Equal(t, tt.wasTotal, again.TotalOf(1))
			_, err = Compare(tt.before, tt.after, 1)
			require.NoError(t, err)
		})
	}
	for name, pair := range map[string][2]*Profile{
		"another quantity":        {timed(t, "cpu", "nanoseconds", 1), timed(t, "cpu", "bytes", 1)},
		"units that no one knows": {timed(t, "cpu", "nanoseconds", 1), timed(t, "cpu", "parsecs", 1)},
	} {
		_, _, err := Align(pair[0], pair[1])
		require.ErrorContains(t, err, "want the same", name)
	}
}

func TestCompareWithItself(t *testing.T) {
	p := timed(t, "cpu", "ns", 5)
	all, err := Compare(p, p, 1)
	require.NoError(t, err)
	require.Equal(t, []int64{5, 5, 5}, []int64{all[0].CumBefore, all[0].CumAfter, all[1].CumAfter})
	require.Zero(t, (*Profile)(nil).TotalOf(0))
}
