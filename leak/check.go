package leak

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// TestingT is what Check needs of a test. *testing.T, *testing.B and *testing.F
// have it.
type TestingT interface {
	Helper()
	Name() string
	Cleanup(func())
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
}

// LabelKey is the pprof label by which Check knows a test's goroutines.
const LabelKey = "watertight.test"

// Check makes the test fail if goroutines that it created are left when it has
// ended and all its cleanups have run. Call it first, so that its own cleanup
// runs last, also in a test that calls t.Parallel:
//
//	func TestX(t *testing.T) {
//		leak.Check(t)
//		t.Parallel()
//		...
//
// It labels the test's goroutine with LabelKey, in place of the labels it had,
// and goroutines inherit labels from the one that created them. So a goroutine
// belongs to the test that started it, whatever runs beside it. Where a library
// set labels of its own in place of the inherited ones, the chain of creators
// decides as far as it can be followed; what cannot be traced to a test is left
// to VerifyTestMain.
//
// The budgets of Options.Settle are capped by the test's deadline. Heap and
// Descriptors are logged, never failed on, and not judged where another test
// with Check ran at the same time, since they belong to the whole process.
func Check(t TestingT, opts ...Options) {
	t.Helper()
	o := merge(opts)
	if err := o.validate(); err != nil {
		t.Errorf("%v", err)
		return
	}
	h, err := self()
	if err != nil {
		t.Errorf("leak: check: find own goroutine: %v", err)
		return
	}
	c := &checker{t: t, opts: o, bubble: h.Bubble}
	c.owner = &owner{key: LabelKey, value: checks.begin(c, t.Name()), ids: map[uint64]struct{}{h.ID: {}}}
	c.base = &Snapshot{}
	c.base.measure(o)
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels(c.owner.key, c.owner.value)))
	c.base.count, c.base.created = runtime.NumGoroutine(), created()
	t.Cleanup(c.finish)
}

// checker is one test's check.
type checker struct {
	t     TestingT
	opts  Options
	owner *owner
	base  *Snapshot
	// bubble is the test's synctest bubble; zero for none.
	bubble uint64
	// shared says that another check ran at the same time.
	shared bool
}

// fillers is how many cleanups are registered to overwrite finished ones.
const fillers = 64

// finish runs as the test's last cleanup. Package testing keeps the closures of
// cleanups that have run in the unused end of a slice, where they hold what they
// captured: a channel there would hide from the profile that nobody else has it.
// So where something is left, empty cleanups take their places first, and the
// check itself comes after them.
func (c *checker) finish() {
	// The profile tells the test's own goroutine from the others only by this.
	pprof.SetGoroutineLabels(context.Background())
	c.opts.Settle = c.opts.Settle.capped(c.remaining())
	if c.nothingLeft() && !c.opts.Heap && !c.opts.Descriptors {
		checks.end(c)
		return
	}
	c.t.Cleanup(c.check)
	for range fillers {
		c.t.Cleanup(func() {})
	}
}

// remaining is the time until shortly before the test's deadline. A bubble has
// virtual time, and Deadline panics there.
func (c *checker) remaining() time.Duration {
	if c.bubble != 0 {
		return 1<<63 - 1
	}
	if t, ok := c.t.(interface{ Deadline() (time.Time, bool) }); ok {
		if deadline, ok := t.Deadline(); ok {
			left := time.Until(deadline)
			return left - max(left/10, time.Second)
		}
	}
	return 1<<63 - 1
}

// check looks, and fails the test.
func (c *checker) check() {
	c.t.Helper()
	r, l, err := c.look()
	if l != nil {
		for _, g := range l.order {
			checks.know(slices.Values(g.ids))
		}
	}
	checks.end(c)
	if err != nil {
		c.t.Errorf("%v", err)
		return
	}
	if c.shared && (r.HeapLooked || r.DescriptorsLooked) {
		r.HeapLooked, r.DescriptorsLooked = false, false
		r.Warnings = append(r.Warnings, "heap and descriptors not judged: another test ran at the same time")
	}
	if err := r.Err(); err != nil {
		c.t.Errorf("%v", err)
	} else if r.HeapLooked || r.DescriptorsLooked || len(r.Warnings) > 0 {
		c.t.Logf("leak: %s", r)
	}
}

func (c *checker) look() (Report, *look, error) {
	c.base.ids = checks.known()
	f, err := newFinder(c.base, c.opts, c.owner)
	if err != nil {
		return Report{}, nil, err
	}
	return f.find(context.Background())
}

// nothingLeft is a first answer that leaves GODEBUG alone: the aggregated
// goroutine profile has labels, and a plain dump has the creators.
func (c *checker) nothingLeft() bool {
	if created().still(c.base.created) {
		return true
	}
	var text bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
		return false
	}
	label := strconv.Quote(c.owner.key) + ":" + strconv.Quote(c.owner.value)
	if bytes.Contains(text.Bytes(), []byte(label)) {
		return false
	}
	var d dumper
	var orphans []orphan
	for r := range stack.Records(d.all(runtime.NumGoroutine())) {
		orphans = append(orphans, orphan{id: stack.ID(r.Head), creator: stack.Creator(r.Body), record: r})
	}
	for _, o := range c.owner.adopt(orphans) {
		if !isSystem(stack.Header{ID: o.id}, stack.ParseBody(o.record.Body)) {
			return false
		}
	}
	return true
}

// checks are those of the whole process.
var checks registry

// registry knows which checks run and what they have reported.
type registry struct {
	mu       sync.Mutex
	number   int
	running  map[*checker]struct{}
	reported map[uint64]struct{}
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

// begin enters a check and returns its label's value.
func (g *registry) begin(c *checker, name string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running == nil {
		g.running = map[*checker]struct{}{}
	}
	for other := range g.running {
		other.shared, c.shared = true, true
	}
	g.running[c] = struct{}{}
	g.number++
	return fmt.Sprintf("%s#%d", name, g.number)
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

// begun is the number of checks that were ever begun.
func (g *registry) begun() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.number
}

// end takes a check out.
func (g *registry) end(c *checker) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.running, c)
}
