package leak

import (
	"context"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/search"
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

// labelKey is the pprof label by which Check knows a test's goroutines.
const labelKey = "watertight.test"

// Check makes the test fail if goroutines or child processes that it created are left when
// it has ended and all its cleanups have run. Call it first, so that its own cleanup
// runs last, also in a test that calls t.Parallel:
//
//	func TestX(t *testing.T) {
//		leak.Check(t)
//		t.Parallel()
//		...
//
// It gives the test's goroutine the pprof label watertight.test, in place of the
// labels it had, and goroutines inherit labels from the one that created them. So a
// goroutine belongs to the test that started it, whatever runs beside it. Two more
// witnesses tell where the label is lost or is another's: the chain of creators, and
// functions of tests in the stack, such as "pkg.TestX.func1" in the callback of a timer
// or in a worker of a shared pool.
//
// Where no other test ran, all that is new counts, also what a server, a pool or another
// service has started that is older than the test. Beside other tests, what cannot be
// traced to a test is left to VerifyTestMain, and the test logs how many there are.
//
// Within a round of Repeat it does nothing, since Repeat judges what the rounds
// leave behind.
//
// Where thousands are left and all are proven, a goroutine with the label
// watertight.probe may outlive the test by some milliseconds; nothing counts it.
//
// Tests of other frameworks are checked in their own cleanups. Package testing ends a
// test's Context before them, so what ends with it is not seen.
//
// The times of Options.Settle are capped by the test's deadline. Heap and
// Descriptors are logged, never failed on. They and child processes are not judged in a
// parallel test or where another with Check ran at the same time, since they belong to the
// whole process.
func Check(t TestingT, opts ...Options) {
	t.Helper()
	o := merge(opts)
	if err := o.validate(); err != nil {
		t.Errorf("%v", err)
		return
	}
	self, err := dump.Self()
	if err != nil {
		t.Errorf("leak: check: find own goroutine: %v", err)
		return
	}
	if checks.inRounds(self.ID) {
		return
	}
	c := &checker{t: t, opts: o, self: self, base: &Snapshot{}}
	c.findCreator()
	checks.begin(c)
	c.test.RunsFrom(c.creator)
	if before := checks.goroutinesNow(c); checks.overlapped(c) {
		c.test.SetBefore(before)
	} else {
		c.test.NoOtherRan(before)
	}
	c.base.measure(o)
	c.label()
	c.base.goroutines.Count, c.base.goroutines.Created = runtime.NumGoroutine(), process.Created()
	c.register()
}

// checker is one test's check.
type checker struct {
	t    TestingT
	opts Options
	// test is whose goroutines are searched for.
	test *lineage.Test
	base *Snapshot
	// self is the test's own goroutine.
	self stack.Header
	// creator has created it; zero where that need not be known.
	creator uint64
	// inRounds: rounds of Repeat run. overlapped: another check ran at the same time.
	// The registry's lock guards both.
	inRounds, overlapped bool
	// cleanups is how the test runs its cleanups.
	cleanups cleanupManner
}

// label gives the test's goroutine, which is the calling one, the test's label.
func (c *checker) label() { setLabel(c.test.Label().Value) }

// setLabel gives the calling goroutine the label of a test as its only label. An empty
// value takes it away.
func setLabel(value string) {
	ctx := context.Background()
	if value != "" {
		ctx = pprof.WithLabels(ctx, pprof.Labels(labelKey, value))
	}
	pprof.SetGoroutineLabels(ctx)
}

// finish runs as the test's last cleanup. Where nothing is left it searches for nothing.
func (c *checker) finish() {
	if c.cleanups.ranAtOnce() {
		return
	}
	// The label tells the goroutines that are left from the test's own.
	setLabel("")
	c.test.Learn()
	left := c.glance()
	if left != something && len(c.base.children.newIDs()) == 0 && !c.opts.Heap && !c.opts.Descriptors {
		if left == unknownOwner {
			c.glanceAtOthers()
		}
		checks.end(c)
		return
	}
	if left == something {
		// Code of the test may run in a goroutine that was there before, without a new one.
		c.base.goroutines.Created = process.Counter{}
	}
	if c.cleanups.ofTesting = calledByTesting(); c.cleanups.ofTesting {
		c.overwriteFinished()
	}
	c.check()
}

// check searches, and fails the test.
func (c *checker) check() {
	c.t.Helper()
	r, found, err := c.search()
	if err == nil {
		c.judgeProcesses(&r)
	}
	c.remember(found)
	checks.end(c)
	if err != nil {
		c.fail(err)
		return
	}
	if (r.HeapMeasured || r.DescriptorsMeasured) && !c.onlyTest() {
		r.HeapMeasured, r.DescriptorsMeasured = false, false
		r.warn("heap and descriptors not judged: the test ran in parallel, or another ran at the same time")
	}
	c.warnOfPresumed(&r, found)
	if r.Goroutines == 0 && !dump.LabelsPossible() && c.hasLabelled() {
		r.warn("goroutines with this test's label are left; this Go prints no labels in stack dumps, which Go does since 1.26, " +
			"so goroutines count only where their creator lives; VerifyTestMain reports the others")
	}
	c.warnOfCleanups(&r)
	if err := r.Err(); err != nil {
		c.fail(err)
	} else if r.worthLogging() {
		c.t.Logf("leak: %s", r)
	}
	if found.Inspection != nil {
		c.logUnattributed(found.Unattributed)
	}
}

// search searches for the test's goroutines.
func (c *checker) search() (Report, search.Result, error) {
	c.base.goroutines.IDs = checks.alreadySeen()
	return find(context.Background(), c.base, c.opts, c.config())
}

// config is what to search for.
func (c *checker) config() search.Config {
	config := c.opts.search(c.base)
	config.Settle = config.Settle.Capped(c.remaining())
	config.Test = c.test
	config.LeavePassWriting = !c.opts.Heap
	switch {
	case !c.test.Presumes():
	case checks.overlapped(c):
		c.test.OtherRan()
	default:
		// The first dump also tells whether another test runs.
		config.OnFirstDump = func(text []byte) {
			if !c.onlyTestIn(text) {
				c.test.OtherRan()
			}
		}
	}
	return config
}

// remaining is the time until shortly before the test's deadline. A bubble has
// virtual time, and Deadline panics there.
func (c *checker) remaining() time.Duration {
	const unbounded = 1<<63 - 1
	if c.self.Bubble != 0 {
		return unbounded
	}
	if t, ok := c.t.(interface{ Deadline() (time.Time, bool) }); ok {
		if deadline, ok := t.Deadline(); ok {
			left := time.Until(deadline)
			return left - max(left/10, time.Second)
		}
	}
	return unbounded
}
