package taxonomy

import (
	"sync"
	"sync/atomic"
	"time"
)

// world stands for the rest of a program. What it holds stays reachable, so
// that the garbage collector cannot prove it to be lost.
var world struct {
	sync.Mutex
	things []any
}

// keep makes v reachable until the process ends.
func keep[T any](v T) T {
	world.Lock()
	defer world.Unlock()
	world.things = append(world.things, v)
	return v
}

// soon is how long slow innocents take. It is longer than goleak waits (half a
// second) and much shorter than package leak waits (five seconds).
const soon = time.Second

// spin computes for a duration.
func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		sink.Add(1)
	}
}

var sink atomic.Int64
