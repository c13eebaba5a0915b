package profiles

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

func TestDiffCountsWhatWasStarted(t *testing.T) {
	release := make(chan struct{})
	old := startAgents("old", 2, release)
	before := capture(t, Goroutine)
	added := startAgents("new", 5, release)
	after := capture(t, Goroutine)
	close(release)
	old.Wait()
	added.Wait()

	diff, err := Diff(before, after)
	require.NoError(t, err)
	require.Equal(t, Goroutine, diff.Kind())
	require.Equal(t, map[string]int64{"new": 5}, diff.ByLabel("agent"))
	require.EqualValues(t, 5, entryOf(diff, "stuckAgent").Value)

	ended, err := Diff(after, before)
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"new": -5}, ended.ByLabel("agent"))
	require.EqualValues(t, -5, entryOf(ended, "stuckAgent").Value)
}

// The negative control: old goroutines go on, none is started.
func TestDiffOfNothingStarted(t *testing.T) {
	release := make(chan struct{})
	agents := startAgents("old", 2, release)
	before, after := capture(t, Goroutine), capture(t, Goroutine)
	close(release)
	agents.Wait()

	diff, err := Diff(before, after)
	require.NoError(t, err)
	require.Empty(t, diff.ByLabel("agent"))
	require.Zero(t, entryOf(diff, "stuckAgent"))

	same, err := Diff(after, after)
	require.NoError(t, err)
	require.Empty(t, same.proto.Sample)
	total, unit := same.Total()
	require.Zero(t, total)
	require.Equal(t, "count", unit)
}

func TestDiffIsExact(t *testing.T) {
	const huge = 1<<53 + 1 // no float64
	before := sample(t,
		stack{value: 3, functions: []string{"x.leaf", "x.root"}},
		stack{value: 7, agent: "a", functions: []string{"x.leaf", "x.root"}},
		stack{value: huge, functions: []string{"x.huge"}},
		stack{value: 4, functions: []string{"x.ended"}},
	)
	after := sample(t,
		stack{value: 9, agent: "a", functions: []string{"x.leaf", "x.root"}},
		stack{value: 3, functions: []string{"x.leaf", "x.root"}},
		stack{value: 1, agent: "b", functions: []string{"x.leaf", "x.root"}},
	)
	diff, err := Diff(before, after)
	require.NoError(t, err)
	require.Len(t, diff.proto.Sample, 4, "the sample of 3 and 3 is dropped")
	total, _ := diff.Total()
	require.EqualValues(t, 2+1-huge-4, total)
	require.Equal(t, map[string]int64{"a": 2, "b": 1}, diff.ByLabel("agent"))
	require.Equal(t, []Entry{
		{"x.huge", "/src/file.go", 10, -huge},
		{"x.ended", "/src/file.go", 10, -4},
		{"x.leaf", "/src/file.go", 10, 3},
		{"x.root", "/src/file.go", 10, 3},
	}, diff.Top(0))
}

// Any kind can be compared, of all sample types.
func TestDiffOfOtherKinds(t *testing.T) {
	cpu := func(value int64) *Profile {
		return sampleOf(t, &profile.Profile{
			SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}},
			PeriodType: &profile.ValueType{Type: "cpu", Unit: "nanoseconds"},
		}, stack{value: value, functions: []string{"x.busy"}})
	}
	diff, err := Diff(cpu(100), cpu(250))
	require.NoError(t, err)
	require.Equal(t, Kind("cpu"), diff.Kind())
	total, unit := diff.Total()
	require.EqualValues(t, 150, total)
	require.Equal(t, "nanoseconds", unit)
	require.Equal(t, []int64{0, 150}, diff.proto.Sample[0].Value)
}

// A program is loaded at another address each time; the same stack in it is the
// same sample.
func TestDiffMatchesMovedPrograms(t *testing.T) {
	at := func(start uint64, value int64) *Profile {
		m := &profile.Mapping{ID: 1, Start: start, Limit: start + 0x4000, File: "/bin/program"}
		l := &profile.Location{ID: 1, Mapping: m, Address: start + 0x123}
		p, err := encode(&profile.Profile{
			SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
			PeriodType: &profile.ValueType{Type: "goroutine", Unit: "count"},
			Mapping:    []*profile.Mapping{m},
			Location:   []*profile.Location{l},
			Sample:     []*profile.Sample{{Location: []*profile.Location{l}, Value: []int64{value}}},
		})
		require.NoError(t, err)
		return p
	}
	diff, err := Diff(at(0x10000, 5), at(0x70000, 5))
	require.NoError(t, err)
	require.Empty(t, diff.proto.Sample)
}

func TestDiffRefuses(t *testing.T) {
	goroutines := sample(t, stack{value: 1, functions: []string{"x.f"}})
	milli := sampleOf(t, &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "thousands"}},
		PeriodType: &profile.ValueType{Type: "goroutine", Unit: "count"},
	})
	for _, c := range []struct {
		before, after *Profile
		want          string
	}{
		{nil, nil, "profiles: diff: got no profile before and no profile after, want two profiles"},
		{goroutines, nil, "profiles: diff: got a goroutine profile before and no profile after, want two profiles"},
		{&Profile{}, goroutines, "profiles: diff: got no profile before and a goroutine profile after, want two profiles"},
		{goroutines, capture(t, Heap), `profiles: diff: got kind "goroutine" before and "heap" after, want one kind`},
		{goroutines, milli, "profiles: diff: got sample types \"goroutine/count per goroutine/count\" before and \"goroutine/thousands per goroutine/count\" after, want the same"},
	} {
		p, err := Diff(c.before, c.after)
		require.EqualError(t, err, c.want)
		require.Nil(t, p)
	}
}

// A Profile never changes: the race detector watches all its uses at once.
func TestProfilesAreSharedBetweenGoroutines(t *testing.T) {
	before, after := capture(t, Goroutine), capture(t, Goroutine)
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			diff, err := Diff(before, after)
			if err == nil {
				err = diff.WriteFile(filepath.Join(dir, string(rune('a'+i))))
			}
			if err == nil {
				err = after.WriteFile(filepath.Join(dir, "shared"))
			}
			if err != nil {
				t.Error(err)
			}
			after.Top(3)
			after.ByLabel("agent")
			after.Total()
		})
	}
	all.Wait()
}
