package lineage

import (
	"bytes"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Before are the goroutines of one dump, made before a test began. It is never changed.
type Before struct {
	goroutines map[uint64]then
	// workers is the number of those that neither are the main goroutine nor run tests,
	// without the one that made the dump.
	workers int
	// busy: one of them was about to run.
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
		b.add(stack.ID(r.Head), r, stack.BirthOf(r.Body), testFunction(r.Body, ""))
	}
	return b
}

func newBefore(count int) *Before { return &Before{goroutines: make(map[uint64]then, count)} }

func (b *Before) add(id uint64, r stack.Record, birth stack.Birth, function string) {
	// The goroutine that makes a dump is the only one that runs meanwhile.
	makesDump := bytes.Contains(r.Head, running)
	if id != mainID && !runsTest(birth.By) && !makesDump {
		b.workers++
		b.busy = b.busy || bytes.Contains(r.Head, runnable)
	}
	b.goroutines[id] = then{birth.Origin(), function}
}

var running, runnable = []byte(" [running"), []byte(" [runnable")

// Busy reports whether a goroutine that runs no test was about to run.
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
