package lineage

import (
	"iter"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Creators has the creator of each goroutine; zero where the dump gives none.
type Creators map[uint64]uint64

// CreatorsIn reads all goroutines of a dump, about count of them.
func CreatorsIn(dump []byte, count int) Creators {
	creators := make(Creators, count)
	for r := range stack.Records(dump) {
		creators[stack.ID(r.Head)] = stack.Creator(r.Body)
	}
	return creators
}

// lineage yields a goroutine, its creator, the creator's creator and so on. The last
// one has ended, or the dump gives no creator for it.
func (c Creators) lineage(id uint64) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		// Creators cannot form a circle, but a dump is only text.
		for range len(c) + 1 {
			if id == 0 || !yield(id) {
				return
			}
			id = c[id]
		}
	}
}

// nearest is the first goroutine of a lineage that is known. It shortens the lineages
// in c on the way, so that a long one is followed once only.
func (c Creators) nearest(id uint64, known func(id uint64) bool) (nearest uint64, found bool) {
	for nearest = range c.lineage(id) {
		if found = known(nearest); found {
			break
		}
	}
	for id != nearest {
		creator := c[id]
		c[id] = nearest
		id = creator
	}
	return nearest, found
}
