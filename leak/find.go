package leak

import (
	"context"
	"fmt"

	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/search"
)

// Snapshot is the state of the process that Find compares with.
type Snapshot struct {
	goroutines search.Baseline
	// memory and descriptors are nil where they were not asked for.
	memory      *process.Memory
	descriptors *int
	children    children
}

// Take remembers the goroutines and the child processes that exist now and, where the options ask for
// them, the bytes held (after two collections) and the open descriptors. Only
// the fields Heap and Descriptors of the options are read.
func Take(opts ...Options) *Snapshot {
	s := &Snapshot{goroutines: search.TakeBaseline()}
	s.measure(merge(opts))
	return s
}

// measure takes the figures that belong to the whole process.
func (s *Snapshot) measure(o Options) {
	s.children = takeChildren()
	if o.Descriptors {
		if n, err := process.Descriptors(); err == nil {
			s.descriptors = &n
		}
	}
	if o.Heap {
		m := process.HeldMemory()
		s.memory = &m
	}
}

// Find waits for the goroutines created since base to end, and reports those
// that do not. It returns as soon as none is left, all that are left are proven
// to be stuck, or their time is over. A nil base is an empty one: every goroutine
// counts that does not belong to the runtime or to package testing. Find's own
// goroutine and the main goroutine never count.
//
// Where goroutines were created since base, Find takes a dump of all, which stops
// the world for 2 or 3 us each. Where some may be left it collects garbage and
// takes another dump. For that time it sets GODEBUG=tracebacklabels=1 if the runtime
// would not print pprof labels otherwise; other code that reads or sets GODEBUG at
// that moment sees it. With many goroutines, one of Find's own, with the label
// watertight.probe, works beside the dump. Where more than 1,000 are left and all are
// proven, it may outlive Find by some milliseconds, unless the heap is compared.
//
// In a testing/synctest bubble only the bubble's goroutines count, times are virtual,
// and nothing is proven by the profile.
//
// When ctx is done, the time is over.
//
// The error is nil where nothing is left. Where something is left it is an *Error: its
// text is the report, and errors.Is(err, ErrLeak) holds. Any other error says that Find
// could not search: invalid options, a context that was done before, a profile that
// failed. The report is the same with and without ErrLeak. Heap and descriptors make no
// error.
func Find(ctx context.Context, base *Snapshot, opts ...Options) (Report, error) {
	return findOf(ctx, base, nil, opts...)
}

// findOf is Find for what belongs to a test; nil stands for the whole process.
func findOf(ctx context.Context, base *Snapshot, test *lineage.Test, opts ...Options) (Report, error) {
	o := merge(opts)
	if err := o.validate(); err != nil {
		return Report{}, err
	}
	if err := ctx.Err(); err != nil {
		return Report{}, fmt.Errorf("leak: find: %w", err)
	}
	if base == nil {
		base = &Snapshot{}
	}
	config := o.search(base)
	config.Test = test
	config.LeavePassWriting = !o.Heap
	r, found, err := find(ctx, base, o, config)
	if err != nil {
		return r, err
	}
	r.warnOfReported(found)
	if len(base.children.newIDs()) > 0 && !inBubble() {
		r.findProcesses(ctx, base, o, o.settle().Waiting)
	}
	return r, r.Err()
}

// find searches for goroutines, and compares what belongs to the whole process.
func find(ctx context.Context, base *Snapshot, o Options, c search.Config) (Report, search.Result, error) {
	s, err := search.New(c)
	if err != nil {
		return Report{}, search.Result{}, err
	}
	found, err := s.Run(ctx)
	if err != nil {
		return Report{}, search.Result{}, err
	}
	r := newReport(found, o)
	r.compareProcess(base, o)
	return r, found, nil
}
