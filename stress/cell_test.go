package stress

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/scenarios"
)

func TestThin(t *testing.T) {
	var all []scenarios.Sample
	for i := range 1001 {
		all = append(all, scenarios.Sample{Requests: i})
	}
	kept := thin(all, 200)
	require.Len(t, kept, 200)
	require.Equal(t, all[0], kept[0])
	require.Equal(t, all[1000], kept[199])
	require.Len(t, thin(all[:5], 200), 5)
}

func TestHeapCellIsBounded(t *testing.T) {
	require.Equal(t, 100, heapCell(cell{Requests: 100, Agents: 5}).Requests)
	require.Equal(t, heapCalls/5, heapCell(cell{Requests: 200_000, Agents: 5}).Requests)
	require.Equal(t, 1, heapCell(cell{Requests: 2, Agents: 500_000}).Requests)
}
