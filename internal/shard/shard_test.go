package shard

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for _, bad := range []string{"0/4", "5/4", "-1/4", "x/4", "1", "/", "1/4/2", " 1/4"} {
		_, err := Parse(bad)
		require.ErrorContains(t, err, "want I/N with I from 1 to N", bad)
	}
	p, err := Parse("2/4")
	require.NoError(t, err)
	require.Equal(t, Part{2, 4}, p)
	require.Equal(t, "2/4", p.String())
	whole, err := Parse("")
	require.NoError(t, err)
	require.True(t, whole.Has("x"))
}

// Each name is in one part, in parts of about the same size.
func TestHas(t *testing.T) {
	const names, parts = 1000, 7
	sizes := map[int]int{}
	for i := range names {
		for k := 1; k <= parts; k++ {
			if (Part{k, parts}).Has(fmt.Sprintf("example.com/m/p%d", i)) {
				sizes[k]++
			}
		}
	}
	sum := 0
	for k := 1; k <= parts; k++ {
		sum += sizes[k]
		require.InDelta(t, names/parts, sizes[k], 50)
	}
	require.Equal(t, names, sum)
	require.True(t, Part{3, 3}.Has("example.com/m/a"), "the same on every machine and in every version of this program")
}
