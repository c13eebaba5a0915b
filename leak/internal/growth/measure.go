package growth

import (
	"runtime"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/search"
)

// endWithin is how long goroutines get to end after each round. Those that need longer
// get their time once, in the end.
const endWithin = 20 * time.Millisecond

// letEnd waits a little for the goroutines of a round to end.
func letEnd(before int) {
	for pause := 20 * time.Microsecond; pause < endWithin && runtime.NumGoroutine() > before; pause *= 2 {
		time.Sleep(pause)
	}
}

// measure takes the samples of a round that has just ended.
func (r *run) measure(before int) error {
	letEnd(before)
	if r.plan.Judge.Heap {
		r.measureHeap()
	} else if runtime.NumGoroutine() > before {
		runtime.GC()
	}
	// A collection may have ended workers and closed files.
	letEnd(before)
	if r.judged() > 0 && r.plan.Judge.Descriptors {
		r.countDescriptors()
	}
	if r.judged() > 0 && r.plan.Judge.Processes {
		r.processes.measure()
	}
	if r.plan.Judge.Goroutines {
		if err := r.countGoroutines(); err != nil {
			return err
		}
	}
	r.askForOthers()
	return nil
}

func (r *run) measureHeap() {
	held := process.HeldMemory().Heap
	if r.judged() > 0 {
		r.heapSize = append(r.heapSize, float64(held))
	}
	if r.allocations != nil {
		r.allocations.sample()
	}
}

func (r *run) countDescriptors() {
	n, err := process.Descriptors()
	if err != nil {
		if len(r.warnings) == 0 {
			r.warnings = append(r.warnings, "descriptors not judged: "+err.Error())
		}
		return
	}
	r.descriptors = append(r.descriptors, float64(n))
	if r.openBefore == nil {
		r.openBefore = process.OpenDescriptors()
	}
}

// countGoroutines counts those that are left.
func (r *run) countGoroutines() error {
	s, err := search.New(r.search)
	if err != nil {
		return err
	}
	r.counts.add(r.counted(s.Inspect().Groups))
	return nil
}

// counted are the groups whose goroutines are judged. An idle connection is excused in a
// single inspection, but rounds that leave one each leak them.
func (r *run) counted(groups []*inspect.Group) (counted []*inspect.Group) {
	in := inspect.Inspector{Fail: r.search.Fail}
	for _, g := range groups {
		excused := g.Excused != "" && !g.IsIdle()
		if len(g.IDs) > 0 && !g.System && !excused && in.Fails(g.Class) {
			counted = append(counted, g)
		}
	}
	return counted
}

// askForOthers finds out whether another test has run beside the rounds.
func (r *run) askForOthers() {
	if r.othersRun == nil || r.othersRan {
		return
	}
	if r.othersRan = r.othersRun(); r.othersRan {
		r.search.Test.OtherRan()
	} else {
		r.search.Test.ClaimRest()
	}
}
