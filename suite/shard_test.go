package suite

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each package is in one shard.
func TestInShard(t *testing.T) {
	all := []listed{{ImportPath: "m/a"}, {ImportPath: "m/b"}, {ImportPath: "m/c"}, {ImportPath: "m/d"}}
	var joined []string
	for _, shard := range []string{"1/3", "2/3", "3/3"} {
		some, err := Options{Shard: shard}.inShard(all)
		require.NoError(t, err)
		for _, p := range some {
			joined = append(joined, p.ImportPath)
		}
	}
	slices.Sort(joined)
	require.Equal(t, []string{"m/a", "m/b", "m/c", "m/d"}, joined)
	_, err := Options{Shard: "4/3"}.inShard(all)
	require.ErrorContains(t, err, `suite: shard: got "4/3", want I/N`)
}
