package profiles

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// stuckIn is how many goroutines and blocks of 4 KiB are leaked in the profiles of
// testdata, by the version of Go.
var stuckIn = map[string]int64{"go1.24": 30, "go1.25": 40, "go1.26": 50, "go1.27": 60}

func stored(t testing.TB, version string, kind Kind) *Profile {
	t.Helper()
	p, err := Read(filepath.Join("testdata", fmt.Sprintf("%s-%s.pb.gz", version, kind)))
	require.NoError(t, err)
	return p
}

// Profiles of any two Go versions can be compared: functions are matched although
// those of the runtime have moved.
func TestCompareAcrossVersions(t *testing.T) {
	changeOf := func(changes []Change, name string) (c Change) {
		for _, c := range changes {
			if c.Function == name {
				return c
			}
		}
		return c
	}
	for before, was := range stuckIn {
		for after, is := range stuckIn {
			pair := before + " to " + after
			changes, err := Compare(stored(t, before, Goroutine), stored(t, after, Goroutine), 0)
			require.NoError(t, err, pair)
			c := changeOf(changes, "main.stuck")
			require.Equal(t, [2]int64{was, is}, [2]int64{c.CumBefore, c.CumAfter}, pair)
			c = changeOf(changes, "runtime.gopark")
			require.Equal(t, is-was, c.FlatAfter-c.FlatBefore, pair)

			old, now := stored(t, before, Heap), stored(t, after, Heap)
			require.Equal(t, Heap, now.Kind())
			types, i := now.Types()
			require.Equal(t, ValueType{"inuse_space", "bytes"}, types[i])
			changes, err = Compare(old, now, i)
			require.NoError(t, err, pair)
			c = changeOf(changes, "main.hold")
			// The slice of the blocks is included.
			require.GreaterOrEqual(t, c.CumAfter, 4096*is, pair)
			require.Less(t, c.CumAfter, 4096*(is+1), pair)

			_, err = Compare(stored(t, before, Goroutine), now, 0)
			require.ErrorContains(t, err, `got kind "goroutine" before and "heap" after, want one kind`)
		}
	}
}

// A file that is cut short anywhere is refused, and does not panic.
func TestCutShortIsRefused(t *testing.T) {
	for version := range stuckIn {
		data := stored(t, version, Heap).encoded
		for n := 0; n < len(data)-8; n += 97 {
			_, err := Parse(data[:n])
			require.ErrorContains(t, err, wanted, "%s, %d of %d bytes", version, n, len(data))
		}
	}
}
