package service

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// More places than are compared are told, once for all censuses; the largest are kept.
func TestTooManyPlacesAreTold(t *testing.T) {
	groups := func(n int) (all []Group) {
		for i := range n {
			all = append(all, Group{Key: strconv.Itoa(i), Value: float64(i)})
		}
		return all
	}
	s := &side{}
	require.Len(t, s.largest("memory", groups(mostGroups)), mostGroups)
	require.Empty(t, s.run.Problems)
	for range 2 {
		kept := s.largest("memory", groups(mostGroups+1))
		require.Len(t, kept, mostGroups)
		require.EqualValues(t, mostGroups, kept[0].Value)
	}
	require.Equal(t, []string{"of the places with memory only the 2000 largest were compared"}, s.run.Problems)
}
