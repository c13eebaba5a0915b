package thin

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEvenly(t *testing.T) {
	for _, c := range []struct {
		name      string
		all, want []int
		n         int
	}{
		{"none", nil, nil, 3},
		{"fewer", []int{1, 2}, []int{1, 2}, 3},
		{"as many", []int{1, 2, 3}, []int{1, 2, 3}, 3},
		{"first and last", []int{1, 2, 3, 4}, []int{1, 4}, 2},
		{"equal distances", []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, []int{0, 4, 8}, 3},
		{"no equal distances", []int{0, 1, 2, 3, 4}, []int{0, 1, 2, 4}, 4},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, Evenly(c.all, c.n)) })
	}
}

func TestEvenlyKeepsTheFirstAndTheLast(t *testing.T) {
	var all []int
	for i := range 1001 {
		all = append(all, i)
	}
	kept := Evenly(all, 200)
	require.Len(t, kept, 200)
	require.Equal(t, 0, kept[0])
	require.Equal(t, 1000, kept[199])
}
