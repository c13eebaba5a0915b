package leak

import (
	"context"
	"fmt"
	"hash/maphash"
	"runtime"
	"slices"
	"time"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Find waits for the goroutines created since base to end, and reports those
// that do not. It returns as soon as none is left, all that are left are proven
// to be stuck, or their budgets are over. A nil base is an empty one: every
// goroutine counts that does not belong to the runtime or to package testing.
// Find's own goroutine and the main goroutine never count.
//
// Where goroutines were created since base it takes a dump of all, which stops
// the world for 2 or 3 us each. Where some may be left it collects garbage and
// takes another, with GODEBUG=tracebacklabels=1 set for so long if the runtime
// would not print pprof labels otherwise. What else reads or sets GODEBUG at
// that moment sees it. With many goroutines a second one of its own, labelled
// watertight.probe, works beside the dump; it is through when Find returns.
//
// In a testing/synctest bubble only the bubble's goroutines are looked at, the
// budgets are virtual time, and nothing is proven by the profile.
//
// When ctx is done the budgets are over. The error says that Find could not
// look: options that make no sense, a context that was done before, a profile
// that failed. What it saw is never an error.
func Find(ctx context.Context, base *Snapshot, opts Options) (Report, error) {
	if err := opts.validate(); err != nil {
		return Report{}, err
	}
	if err := ctx.Err(); err != nil {
		return Report{}, fmt.Errorf("leak: find: %w", err)
	}
	f, err := newFinder(base, opts, nil)
	if err != nil {
		return Report{}, err
	}
	r, _, err := f.find(ctx)
	return r, err
}

// finder is one search.
type finder struct {
	opts   Options
	base   *Snapshot
	owner  *owner
	self   stack.Header
	seed   maphash.Seed
	dumper dumper
	// hasty: where all is proven and no heap is measured, the profile may still be
	// being printed when the search is over.
	hasty bool
	// first is given the first dump before it is read; nil for nobody.
	first  func(dump []byte)
	prover *prover
	start  time.Time
	// slept is how much of the time since start was spent waiting.
	slept  time.Duration
	warned []string
}

// sleep waits, and notes that this was no work.
func (f *finder) sleep(d time.Duration) {
	start := time.Now()
	time.Sleep(d)
	f.slept += time.Since(start)
}

func newFinder(base *Snapshot, opts Options, who *owner) (*finder, error) {
	if base == nil {
		base = &Snapshot{}
	}
	h, err := self()
	if err != nil {
		return nil, fmt.Errorf("leak: find own goroutine: %w", err)
	}
	return &finder{
		opts: opts, base: base, owner: who, self: h,
		seed: maphash.MakeSeed(), prover: newProver(opts.NoProof, h.Bubble), start: time.Now(),
	}, nil
}

// find is the whole of Find. The look is nil where none was needed.
func (f *finder) find(ctx context.Context) (Report, *look, error) {
	var l *look
	if !created().still(f.base.created) {
		f.hurry(ctx)
		if !f.nothingNew() {
			l = f.settle(ctx)
			if !f.hasty || f.opts.Heap {
				f.prover.done()
			}
			if f.prover.err != nil {
				return Report{}, nil, f.prover.err
			}
		}
	}
	settled := time.Since(f.start)
	// The dump must not count as held heap.
	f.dumper = dumper{}
	r := f.report(l)
	r.Settled, r.Work = settled, settled-f.slept
	f.compare(&r)
	return r, l, nil
}

// hurry gives goroutines that are about to end a few milliseconds to do so
// before anything costly is done. So many that a moment changes nothing about
// them are not about to.
func (f *finder) hurry(ctx context.Context) {
	for pause := 50 * time.Microsecond; pause < 3*time.Millisecond; pause *= 2 {
		before := runtime.NumGoroutine()
		// Most often one has done its work and only has to be taken off.
		for range 4 {
			if runtime.NumGoroutine() <= f.base.count || ctx.Err() != nil {
				return
			}
			runtime.Gosched()
		}
		f.sleep(pause)
		if now := runtime.NumGoroutine(); now >= before && now > f.base.count+plainMost {
			return
		}
	}
}

// settle looks until there is nothing more to wait for.
func (f *finder) settle(ctx context.Context) *look {
	w := &watch{finder: f, pause: time.Millisecond}
	// With no more goroutines than before most likely none is left, and a
	// collection would be wasted.
	if runtime.NumGoroutine() > f.base.count {
		w.collect(true)
	}
	if w.canPostpone() {
		w.wait(ctx, f.opts.shortestSettle())
		// Other budgets may be longer.
		w.final = ctx.Err() != nil
	}
	for {
		w.look()
		if w.last.unproven > 0 && w.collections == 0 {
			w.collect(true)
			w.look()
		}
		until := f.undecided(w.last)
		if time.Since(f.start) >= until || w.final {
			return w.confirm()
		}
		w.wait(ctx, until)
	}
}

// postponeMost is how many goroutines without proof make the first look wait.
const postponeMost = 5000

// canPostpone reports whether so many goroutines are left without proof that
// some of them have to be waited for whoever they are. Then the first dump would
// be for nothing, and it is the most of the work; the counters tell when there
// is something to see. Where goroutines may be excused, or be other people's,
// only a look tells whether there is anything to wait for.
func (w *watch) canPostpone() bool {
	o := w.opts
	if w.collections == 0 || w.owner != nil || w.self.Bubble != 0 || len(o.Allow)+len(o.Labels) > 0 || o.Fail != nil || w.many() == 0 {
		return false
	}
	w.printed()
	left := w.many()
	if left == 0 {
		return false
	}
	w.last = &look{finder: w.finder, all: runtime.NumGoroutine(), unproven: left, created: created()}
	w.at, w.cost = time.Now(), time.Duration(left)*dumpTime
	return true
}

// many is how many goroutines are left without proof; zero for postponeMost or fewer.
func (w *watch) many() int {
	if left := runtime.NumGoroutine() - w.base.count - w.proven; left > postponeMost {
		return left
	}
	return 0
}

// undecided is the longest budget of the goroutines that are left; zero where
// all are proven to be stuck or none is left.
func (f *finder) undecided(l *look) time.Duration {
	longest := time.Duration(0)
	for _, g := range l.order {
		if g.suspect(f.opts) {
			longest = max(longest, f.opts.settleOf(g.class))
		}
	}
	return longest
}

// fails reports whether goroutines of the class are findings.
func (o Options) fails(c Class) bool {
	return o.Fail == nil || slices.Contains(o.Fail, c)
}

// has reports whether the goroutine was there at the baseline.
func (s *Snapshot) has(id uint64) bool {
	_, ok := s.ids[id]
	return ok
}
