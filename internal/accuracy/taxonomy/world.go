package taxonomy

import (
	"sync"
	"sync/atomic"
	"time"
)

// world is what the rest of a program still holds: nothing in it can be proven
// to be lost.
var world struct {
	sync.Mutex
	things []any
}

// keep makes v reachable for good.
func keep[T any](v T) T {
	world.Lock()
	defer world.Unlock()
	world.things = append(world.things, v)
	return v
}

// soon is how long slow innocents take: longer than goleak's patience of half a
// second, much shorter than package leak's of five.
const soon = time.Second

// spin computes until the time is over.
func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		sink.Add(1)
	}
}

var sink atomic.Int64
