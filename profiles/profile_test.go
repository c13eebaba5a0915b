package profiles

import (
	"bytes"
	"runtime/pprof"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

func TestKindOfRuntimeProfiles(t *testing.T) {
	for _, c := range []struct {
		name string
		kind Kind
		unit string
	}{
		{"goroutine", Goroutine, "count"},
		{"heap", Heap, "bytes"},
		{"allocs", "allocs", "bytes"},
		{"threadcreate", "threadcreate", "count"},
		{"block", "contentions", "nanoseconds"},
		{"mutex", "contentions", "nanoseconds"},
	} {
		var buf bytes.Buffer
		require.NoError(t, pprof.Lookup(c.name).WriteTo(&buf, 0))
		p, err := Parse(buf.Bytes())
		require.NoError(t, err, c.name)
		require.Equal(t, c.kind, p.Kind(), c.name)
		_, unit := p.Total()
		require.Equal(t, c.unit, unit, c.name)
	}
	var buf bytes.Buffer
	require.NoError(t, pprof.StartCPUProfile(&buf))
	pprof.StopCPUProfile()
	p, err := Parse(buf.Bytes())
	require.NoError(t, err)
	require.Equal(t, Kind("cpu"), p.Kind())
}

func TestKindWithoutPeriod(t *testing.T) {
	p := sampleOf(t, &profile.Profile{
		SampleType:        []*profile.ValueType{{Type: "goroutine", Unit: "count"}, {Type: "other", Unit: "bytes"}},
		DefaultSampleType: "goroutine",
	}, stack{value: 7, functions: []string{"x.f"}})
	require.Equal(t, Goroutine, p.Kind())
	total, unit := p.Total()
	require.EqualValues(t, 1000, total, "of the type that the profile names, not of the last")
	require.Equal(t, "count", unit)
}

func TestZeroProfile(t *testing.T) {
	for _, p := range []*Profile{nil, {}} {
		require.Empty(t, p.Kind())
		total, unit := p.Total()
		require.Zero(t, total)
		require.Empty(t, unit)
		require.Empty(t, p.Top(0))
		require.Empty(t, p.ByLabel("agent"))
		require.ErrorContains(t, p.WriteFile("nosuch"), "the profile is empty, want one that was captured")
	}
}

func TestByLabelLeavesOut(t *testing.T) {
	p := sample(t,
		stack{value: 2, agent: "a", functions: []string{"x.f"}},
		stack{value: 3, agent: "a", functions: []string{"x.g"}},
		stack{value: 4, agent: "zero", functions: []string{"x.f"}},
		stack{value: -4, agent: "zero", functions: []string{"x.g"}},
		stack{value: 8, functions: []string{"x.f"}},
	)
	require.Equal(t, map[string]int64{"a": 5}, p.ByLabel("agent"))
}
