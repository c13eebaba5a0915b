package leak

import (
	"context"
	"runtime"
	"runtime/pprof"
	"slices"
	"time"
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

// labelKey is the pprof label by which Check knows a test's goroutines.
const labelKey = "watertight.test"

// Check makes the test fail if goroutines that it created are left when it has
// ended and all its cleanups have run. Call it first, so that its own cleanup
// runs last, also in a test that calls t.Parallel:
//
//	func TestX(t *testing.T) {
//		leak.Check(t)
//		t.Parallel()
//		...
//
// It gives the test's goroutine the pprof label watertight.test, in place of the labels it had,
// and goroutines inherit labels from the one that created them. So a goroutine
// belongs to the test that started it, whatever runs beside it. Where a library
// set labels of its own in place of the inherited ones, the chain of creators
// decides as far as it can be followed; what cannot be traced to a test is left
// to VerifyTestMain.
//
// Within a round of Repeat it does nothing, since Repeat judges what the rounds
// leave behind.
//
// Where thousands are left and all are proven, a goroutine labelled
// watertight.probe may outlive the test by some milliseconds; no look counts it.
//
// The budgets of Options.Settle are capped by the test's deadline. Heap and
// Descriptors are logged, never failed on, and not judged in a parallel test or
// where another with Check ran at the same time, since they belong to the whole
// process.
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
	if checks.repeats(h.ID) {
		return
	}
	c := &checker{t: t, opts: o, bubble: h.Bubble, self: h.ID}
	c.owner = &owner{key: labelKey, value: checks.begin(c, t.Name()), ids: map[uint64]struct{}{h.ID: {}}}
	if !checks.shares(c) {
		c.owner.before = checks.before()
	}
	c.base = &Snapshot{}
	c.base.measure(o)
	label(c.owner.value)
	c.base.count, c.base.created = runtime.NumGoroutine(), created()
	t.Cleanup(c.finish)
}

// label gives the calling goroutine labelKey as its only label; with an empty value
// it gets none.
func label(value string) {
	ctx := context.Background()
	if value != "" {
		ctx = pprof.WithLabels(ctx, pprof.Labels(labelKey, value))
	}
	pprof.SetGoroutineLabels(ctx)
}

// checker is one test's check.
type checker struct {
	t     TestingT
	opts  Options
	owner *owner
	base  *Snapshot
	// bubble is the test's synctest bubble; zero for none.
	bubble uint64
	// self is the test's own goroutine.
	self uint64
	// repeats: rounds run. The registry's lock guards it.
	repeats bool
	// shared says that another check ran at the same time. The registry's lock
	// guards it.
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
	label("")
	c.opts = c.opts.capped(c.remaining())
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
			// What is of a class that does not fail here may fail elsewhere.
			if c.opts.fails(g.class) {
				checks.know(slices.Values(g.ids))
			}
		}
	}
	checks.end(c)
	if err != nil {
		c.t.Errorf("%v", err)
		return
	}
	if (r.HeapMeasured || r.DescriptorsMeasured) && !c.alone() {
		r.HeapMeasured, r.DescriptorsMeasured = false, false
		r.Warnings = append(r.Warnings, "heap and descriptors not judged: the test ran in parallel, or another ran at the same time")
	}
	if n := c.straysIn(l); n > 0 {
		r.Warnings = append(r.Warnings, "of "+goroutines(n)+" neither a label nor a living creator tells the origin; "+
			"they count because they are new and no other test ran; a timer that an earlier test has set looks the same")
	}
	if err := r.Err(); err != nil {
		c.t.Errorf("%v", err)
	} else if r.HeapMeasured || r.DescriptorsMeasured || len(r.Warnings) > 0 {
		c.t.Logf("leak: %s", r)
	}
}

func (c *checker) look() (Report, *look, error) {
	c.base.ids = checks.known()
	f, err := newFinder(c.base, c.opts, c.owner)
	if err != nil {
		return Report{}, nil, err
	}
	f.hasty = true
	switch {
	case c.owner.before == nil:
	case checks.shares(c):
		c.forgetStrays()
	default:
		// Whether others run, the dump tells that is made anyway.
		f.first = func(dump []byte) {
			if !aloneIn(dump, c.self) {
				c.forgetStrays()
			}
		}
	}
	return f.find(context.Background())
}

// straysIn is the number of findings of the look that are strays.
func (c *checker) straysIn(l *look) (n int) {
	if l == nil || c.owner.strays == nil {
		return 0
	}
	for _, g := range l.order {
		if !g.suspect(c.opts) {
			continue
		}
		for _, id := range g.ids {
			if _, ok := c.owner.strays[id]; ok {
				n++
			}
		}
	}
	return n
}

// alone reports whether no other test has run beside this one. Where it ran in
// parallel that cannot be known: one without a Check may have come and gone.
func (c *checker) alone() bool {
	if checks.shares(c) {
		return false
	}
	var d dumper
	dump := d.all(runtime.NumGoroutine())
	return aloneIn(dump, c.self)
}

// forgetStrays gives up those that were taken only because nothing else was
// thought to run.
func (c *checker) forgetStrays() {
	for id := range c.owner.strays {
		delete(c.owner.ids, id)
	}
	c.owner.before, c.owner.strays = nil, nil
}
