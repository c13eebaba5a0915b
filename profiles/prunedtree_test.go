package profiles

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

// PrunedTree gives what Prune gives of the whole tree, of any profile.
func TestPrunedTree(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 50 {
		var all []stack
		for range 1 + r.IntN(60) {
			s := stack{value: int64(r.IntN(30) - 5), at: map[string]int64{}}
			for range 1 + r.IntN(5) {
				f := fmt.Sprintf("x.f%d", r.IntN(4))
				s.functions = append(s.functions, f)
				s.at[f] = int64(1 + r.IntN(3))
			}
			all = append(all, s)
		}
		p := sampleOf(t, &profile.Profile{
			SampleType: []*profile.ValueType{{Type: "a", Unit: "count"}, {Type: "b", Unit: "count"}},
			PeriodType: &profile.ValueType{Type: "b", Unit: "count"},
		}, all...)
		for _, share := range []float64{0, .01, .1, .5} {
			for i := range 2 {
				require.Equal(t, Prune(p.Tree(), i, share), p.PrunedTree(i, share), "share %v, type %d: %+v", share, i, all)
			}
		}
	}
	require.Empty(t, (*Profile)(nil).PrunedTree(0, 0))
	empty := sample(t)
	require.Equal(t, Prune(empty.Tree(), 0, .1), empty.PrunedTree(0, .1))
}
