package lineage

import (
	"bytes"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Before are the goroutines of one dump, made before a test began. It is never changed.
type Before struct {
	goroutines map[uint64]then
	// workers is the number of those that neither are the main goroutine nor run tests.
	workers int
	// busy: one of them was running or about to.
	busy bool
}

// then is what a goroutine was at that time: a hash of its origin, and the function of
// a test that was in its stack; empty for none.
type then struct {
	origin   uint64
	function string
}

// BeforeIn reads all goroutines of a dump, about count of them.
func BeforeIn(dump []byte, count int) *Before {
	b := newBefore(count)
	for r := range stack.Records(dump) {
		b.add(stack.ID(r.Head), r)
	}
	return b
}

func newBefore(count int) *Before { return &Before{goroutines: make(map[uint64]then, count)} }

func (b *Before) add(id uint64, r stack.Record) {
	if by, _ := stack.Creation(r.Body); id != mainID && !runsTest(by) {
		b.workers++
		b.busy = b.busy || bytes.Contains(r.Head, []byte(" [run"))
	}
	b.goroutines[id] = then{stack.OriginHash(r.Body), testFunction(r.Body, "")}
}

// Busy reports whether a goroutine that runs no test was running or about to.
func (b *Before) Busy() bool { return b.busy }

// Count is the number of goroutines.
func (b *Before) Count() int { return len(b.goroutines) }

// has reports whether the goroutine was there. A nil Before has none.
func (b *Before) has(id uint64) bool {
	if b == nil {
		return false
	}
	_, ok := b.goroutines[id]
	return ok
}

// functionOf is the function of a test that was in the goroutine's stack.
func (b *Before) functionOf(id uint64) string {
	if b == nil {
		return ""
	}
	return b.goroutines[id].function
}

// ended counts those that are not there any more, by the hash of their origin.
func (b *Before) ended(there func(id uint64) bool) map[uint64]int {
	ended := map[uint64]int{}
	for id, t := range b.goroutines {
		if !there(id) {
			ended[t.origin]++
		}
	}
	return ended
}
