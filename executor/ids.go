package executor

import (
	"hash/maphash"
	"math/bits"
)

// idTable finds IDs that occur twice among the agents of a call. A Go map of a
// million strings misses the processor's caches several times for every ID; this
// has one word for each, at most half of which are taken.
type idTable struct {
	seed maphash.Seed
	// places hold the upper half of an ID's hash, and its index plus one in the
	// lower; zero is free.
	places []uint64
}

func newIDTable(seed maphash.Seed, n int) idTable {
	return idTable{seed: seed, places: make([]uint64, 1<<bits.Len(uint(2*n-1)))}
}

// occurred says whether the ID of slot i is that of an earlier one, and enters it
// if not.
func (t *idTable) occurred(slots []slot, i int) bool {
	id := slots[i].agent.ID
	const upper = ^uint64(1<<32 - 1)
	hash, last := maphash.String(t.seed, id), uint64(len(t.places)-1)
	for at := hash & last; ; at = (at + 1) & last {
		switch place := t.places[at]; {
		case place == 0:
			t.places[at] = hash&upper | uint64(i+1)
			return false
		case (place^hash)&upper == 0 && slots[uint32(place)-1].agent.ID == id:
			return true
		}
	}
}
