package leak

import (
	"fmt"
	"iter"
	"maps"
	"runtime"
	"strings"
	"sync"
)

// checks are those of the whole process.
var checks registry

// registry knows which checks run, what they have reported, and which goroutines
// there were when a dump was made for another reason.
type registry struct {
	mu       sync.Mutex
	number   int
	running  map[*checker]struct{}
	reported map[uint64]struct{}
	// seen are all goroutines of the last dump with their creators, seenAt the
	// counter before it. The map is never changed, only replaced.
	seen   map[uint64]uint64
	seenAt counter
}

// begin enters a check and returns its label's value.
func (g *registry) begin(c *checker, name string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running == nil {
		g.running = map[*checker]struct{}{}
	}
	for other := range g.running {
		// A parent waits while its subtest runs.
		if !strings.HasPrefix(name, other.t.Name()+"/") {
			other.shared, c.shared = true, true
		}
	}
	g.running[c] = struct{}{}
	g.number++
	return fmt.Sprintf("%s#%d", name, g.number)
}

// manyGoroutines is the number above which begin makes no dump of its own.
const manyGoroutines = 1000

// before returns the goroutines that exist now; nil where that would cost much.
// The last dump still holds where only the test's own goroutine was created since.
func (g *registry) before() map[uint64]uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := created()
	if g.seen != nil && now.ok && now.n-g.seenAt.n <= 1 {
		return g.seen
	}
	count := runtime.NumGoroutine()
	if count > manyGoroutines {
		return nil
	}
	var d dumper
	g.seen, g.seenAt = creatorsIn(d.all(count), count), now
	return g.seen
}

// saw remembers a dump that was made anyway.
func (g *registry) saw(ids map[uint64]uint64, at counter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen, g.seenAt = ids, at
}

// known are the goroutines that have been reported, or judged round by round,
// and that nobody else need report.
func (g *registry) known() map[uint64]struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.reported)
}

// know adds to the known.
func (g *registry) know(ids iter.Seq[uint64]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.reported == nil {
		g.reported = map[uint64]struct{}{}
	}
	for id := range ids {
		g.reported[id] = struct{}{}
	}
}

// of returns the running check of a test; nil where it has none.
func (g *registry) of(t TestingT) *checker {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.running {
		if c.t == t {
			return c
		}
	}
	return nil
}

// repeats reports whether a goroutine is in the midst of Repeat.
func (g *registry) repeats(id uint64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.running {
		if c.repeats && c.self == id {
			return true
		}
	}
	return false
}

// repeat says that the rounds of a check begin or end.
func (g *registry) repeat(c *checker, on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.repeats = on
}

// above is the label's value of the check of the nearest test that a test of this
// name is a part of; empty where there is none.
func (g *registry) above(name string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var nearest *checker
	for c := range g.running {
		if strings.HasPrefix(name, c.t.Name()+"/") && (nearest == nil || len(c.t.Name()) > len(nearest.t.Name())) {
			nearest = c
		}
	}
	if nearest == nil {
		return ""
	}
	return nearest.owner.value
}

// begun is the number of checks that were ever begun.
func (g *registry) begun() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.number
}

// shares reports whether another check ran at the same time as c.
func (g *registry) shares(c *checker) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return c.shared
}

// end takes a check out.
func (g *registry) end(c *checker) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.running, c)
}
