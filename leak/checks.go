package leak

import (
	"iter"
	"maps"
	"runtime"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/process"
)

// checks are those of the whole process.
var checks registry

// registry knows which checks run, which goroutines have been reported, and which
// goroutines the last plain dump had.
type registry struct {
	mu sync.Mutex
	// started is the number of checks that were ever begun.
	started int
	running map[*checker]struct{}
	// tests are those of all checks. seenByChecks are the goroutines that need not be
	// reported again.
	tests        lineage.Tests
	seenByChecks map[uint64]struct{}
	// seen are all goroutines of the last dump, seenAt is the counter before it.
	seen   *lineage.Before
	seenAt process.Counter
}

// begin adds a check and gives its test a label that no other has. The check and the
// others that run overlap, except for those of its parents: a parent waits while its
// subtest runs.
func (g *registry) begin(c *checker) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running == nil {
		g.running = map[*checker]struct{}{}
	}
	var beside []*lineage.Test
	for other := range g.running {
		if !isPartOf(c.t.Name(), other) {
			other.overlapped, c.overlapped = true, true
			beside = append(beside, other.test)
		}
	}
	g.running[c] = struct{}{}
	g.started++
	c.test = g.tests.Begin(c.t.Name(), labelKey, c.function(), c.self.ID, beside)
}

// function is the function of the test. A driver whose own function package testing
// calls knows which test it is about to call.
func (c *checker) function() string {
	if t, ok := c.t.(interface{ TestFunction() string }); ok && t.TestFunction() != "" {
		return t.TestFunction()
	}
	return lineage.RunningTest()
}

// isPartOf reports whether a test of this name is a subtest of the check's.
func isPartOf(name string, c *checker) bool { return strings.HasPrefix(name, c.t.Name()+"/") }

// end removes a check.
func (g *registry) end(c *checker) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.running, c)
	g.tests.End(c.test)
}

// begun is the number of checks that were ever begun.
func (g *registry) begun() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.started
}

// overlapped reports whether another check ran at the same time as c.
func (g *registry) overlapped(c *checker) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return c.overlapped
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

// inRounds reports whether a goroutine runs rounds of Repeat.
func (g *registry) inRounds(id uint64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.running {
		if c.inRounds && c.self.ID == id {
			return true
		}
	}
	return false
}

// beginRounds says that the rounds of a check begin.
func (g *registry) beginRounds(c *checker) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.inRounds = true
}

// endRounds says that they have ended.
func (g *registry) endRounds(c *checker) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.inRounds = false
}

// restoreLabel gives the calling goroutine the label of the nearest test with a check
// that a test of this name is a subtest of, or none.
func (g *registry) restoreLabel(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var nearest *checker
	for c := range g.running {
		if isPartOf(name, c) && (nearest == nil || len(c.t.Name()) > len(nearest.t.Name())) {
			nearest = c
		}
	}
	if nearest == nil {
		setLabel("")
		return
	}
	nearest.label()
}

// maxDump is the number of goroutines above which goroutinesNow makes no dump. Where
// another check runs, less can be told by it.
const (
	maxDump           = 1000
	maxDumpOverlapped = 100
)

// goroutinesNow returns the goroutines that exist now; nil where that would cost much.
// The last dump still holds where only the test's own goroutine was created since, and
// no more than the last test's has ended.
func (g *registry) goroutinesNow(c *checker) *lineage.Before {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, count := process.Created(), runtime.NumGoroutine()
	if g.seen != nil && now.Known && now.Since(g.seenAt) <= 1 && count >= g.seen.Count() {
		return g.seen
	}
	if count > maxDump || c.overlapped && count > maxDumpOverlapped {
		return nil
	}
	d := dump.Borrow()
	defer d.GiveBack()
	g.seen, g.seenAt = lineage.BeforeIn(d.All(count), count), now
	return g.seen
}

// saw remembers a dump that was made for another reason.
func (g *registry) saw(goroutines *lineage.Before, at process.Counter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen, g.seenAt = goroutines, at
}

// stillAsBefore remembers that no goroutines were created since the test began. Some may
// have ended.
func (g *registry) stillAsBefore(c *checker) {
	if before := c.test.Before(); before != nil {
		g.saw(before, c.base.goroutines.Created)
	}
}

// alreadySeen are the goroutines that have been reported, allowed or judged round by
// round, and that need not be reported again.
func (g *registry) alreadySeen() map[uint64]struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.seenByChecks)
}

// addSeen adds to them.
func (g *registry) addSeen(ids iter.Seq[uint64]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seenByChecks == nil {
		g.seenByChecks = map[uint64]struct{}{}
	}
	for id := range ids {
		g.seenByChecks[id] = struct{}{}
	}
}
