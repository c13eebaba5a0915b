package search

import (
	"runtime"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Baseline are the goroutines that there were before.
type Baseline struct {
	// IDs are the goroutines. The runtime hands IDs out to processors in batches, so
	// a new goroutine may have a lower one than an old: only the set tells.
	IDs map[uint64]struct{}
	// Count is their number, Created how many had ever been created.
	Count   int
	Created process.Counter
}

// TakeBaseline takes the goroutines that exist now.
func TakeBaseline() Baseline {
	b := Baseline{Created: process.Created(), Count: runtime.NumGoroutine()}
	d := dump.Borrow()
	defer d.GiveBack()
	b.IDs = make(map[uint64]struct{}, b.Count)
	for r := range stack.Records(d.All(b.Count)) {
		b.IDs[stack.ID(r.Head)] = struct{}{}
	}
	return b
}
