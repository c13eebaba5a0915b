package executor

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIDTable(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{17, 64, 100, 5000} {
		slots, first := make([]slot, n), map[string]bool{}
		table := newIDTable(maphash.MakeSeed(), n)
		require.GreaterOrEqual(t, len(table.places), 2*n)
		require.Less(t, len(table.places), 4*n)
		for i := range slots {
			slots[i].agent = &Agent{ID: fmt.Sprint(random.IntN(2 * n))}
			id := slots[i].agent.ID
			require.Equal(t, first[id], table.occurred(slots, i), id)
			first[id] = true
		}
		require.Less(t, len(first), n, "some occur twice")
	}
}

// Two IDs that look the same to the table are told apart by what they are.
func TestIDTableCollision(t *testing.T) {
	slots := []slot{{agent: newAgent("a")}, {agent: newAgent("b")}, {agent: newAgent("b")}}
	table := newIDTable(maphash.MakeSeed(), 100)
	hash := maphash.String(table.seed, "b")
	table.places[hash&uint64(len(table.places)-1)] = hash&^(1<<32-1) | 1 // as if it were a's
	require.False(t, table.occurred(slots, 1))
	require.True(t, table.occurred(slots, 2))
}

func newAgent(id string) *Agent { return &Agent{ID: id} }
