package versions

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/suite"
)

// allocates is a version whose runs allocate so many objects of 100 bytes; none for zero.
func allocates(objects ...uint64) suite.Side {
	s := sideOf()
	for _, n := range objects {
		x := test("TestA")
		if n > 0 {
			x.Allocated = &suite.Allocated{Objects: n, Bytes: 100 * n}
		}
		s.Runs = append(s.Runs, run(x))
	}
	return s
}

// Only what is steady in both versions, and clearly apart, is told.
func TestAllocations(t *testing.T) {
	for name, tt := range map[string]struct {
		before, after suite.Side
		want          bool
	}{
		"less":            {allocates(1000, 1001, 1002), allocates(800, 801, 803), true},
		"more":            {allocates(1000, 1001, 1002), allocates(2000, 2001, 2002), true},
		"the same":        {allocates(1000, 1001, 1002), allocates(1001, 1003, 1000), false},
		"by little":       {allocates(1000, 1000, 1000), allocates(1020, 1020, 1020), false},
		"few objects":     {allocates(10, 10, 10), allocates(40, 40, 40), false},
		"not steady":      {allocates(1000, 1400, 1200), allocates(3000, 3001, 3002), false},
		"in parallel":     {allocates(0, 0, 0), allocates(0, 0, 0), false},
		"not in all runs": {allocates(1000, 0, 1000), allocates(2000, 2000, 2000), false},
		"two runs":        {allocates(1000, 1000), allocates(2000, 2000), false},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, len(Compare(tt.before, tt.after).Allocations) == 1)
		})
	}
	a := Compare(allocates(1000, 1001, 1002), allocates(800, 801, 803)).Allocations[0]
	require.Equal(t, suite.Allocated{Objects: 1001, Bytes: 100100}, a.Before)
	require.Equal(t, uint64(801), a.After.Objects)
}
