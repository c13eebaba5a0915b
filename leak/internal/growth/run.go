package growth

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/search"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// run is one run of rounds. It measures after each of them, stops as soon as nothing
// rises, and gives what rises more rounds, since most of it stops.
type run struct {
	plan   Plan
	search search.Config
	// othersRun is Config.OthersRun, othersRan whether it has ever been true.
	othersRun func() bool
	othersRan bool

	start time.Time
	// roundEnded is when the last round did.
	roundEnded time.Time
	// ran are the rounds so far, warm-up included. enough are the judged rounds after
	// which a rise is called a leak.
	ran, enough int

	counts      goroutineCounts
	heapSize    []float64
	descriptors []float64
	// openBefore is what was open after the first judged round.
	openBefore map[string]int
	// allocations are recorded from when the heap seems to rise; nil before.
	allocations *allocations
	// afterTimers is the heap once pending timers had fired; nil where that was not
	// needed yet.
	afterTimers *heapAfterTimers
	timers      timerWatch
	processes   processWatch
	warnings    []string
	// restoreLabels puts GODEBUG back.
	restoreLabels func()
}

func newRun(c Config) *run {
	return &run{
		plan: c.Plan, search: c.Search, othersRun: c.OthersRun, enough: c.Plan.sure(),
		processes: processWatch{mayStay: c.MayStay},
		counts:    goroutineCounts{plan: c.Plan, byOrigin: map[inspect.Origin][]float64{}, firstSeen: map[uint64]int{}},
	}
}

func (r *run) begin() {
	r.start = time.Now()
	r.heapSize = make([]float64, 0, r.plan.capacity())
	r.descriptors = make([]float64, 0, r.plan.capacity())
	r.restoreLabels = dump.ShowLabels()
	if r.plan.Judge.Heap {
		fillCaches()
	}
	r.search.Baseline = search.TakeBaseline()
	if r.plan.Judge.Processes {
		r.processes.atStart, r.processes.count = r.processes.ids(), make([]float64, 0, r.plan.capacity())
	}
	r.askForOthers()
}

func (r *run) end() {
	r.restoreLabels()
	if r.allocations != nil {
		r.allocations.stop()
	}
}

// fillCaches starts and ends many goroutines at once. The runtime keeps what it needs for
// a goroutine for the next one. So a round with a few more goroutines at a time than those
// before it does not seem to have kept memory.
func fillCaches() {
	n := 64*runtime.GOMAXPROCS(0) + 256
	quit, never := make(chan bool), make(chan bool)
	done := make(chan bool, n)
	for range n {
		go func() {
			select {
			case <-quit:
			case <-never:
			}
			done <- true
		}()
	}
	runtime.Gosched()
	close(quit)
	for range n {
		<-done
	}
}

// judged is the number of judged rounds so far.
func (r *run) judged() int { return r.counts.judged() }

func (r *run) late() bool { return time.Since(r.start) >= r.plan.Time }

// timersHave is how long pending timers still have to fire. After the last round they get
// as long as goroutines that wait get to end.
func (r *run) timersHave() time.Duration {
	budget := min(r.search.Settle.Waiting, max(r.plan.Time-r.roundEnded.Sub(r.start), time.Second))
	return max(budget-time.Since(r.roundEnded), 0)
}

// decided reports whether more rounds would change nothing.
func (r *run) decided() bool {
	n := r.judged()
	if n < r.plan.Rounds {
		return false
	}
	if !r.othersRan {
		r.watchTimers()
	}
	if n >= r.plan.Max {
		return true
	}
	if r.othersRan {
		// Only goroutines will be judged.
		return r.counts.doubt() == flat || n >= r.enough
	}
	goroutines, heap, descriptors := r.counts.doubt(), r.heap().doubt(), descriptorDoubt(r.descriptors, r.plan.Rounds)
	if heap != flat && r.allocations == nil {
		r.allocations = recordAllocations()
	}
	processes := r.processDoubt()
	if goroutines == flat && heap == flat && !r.heapHasTimers() && descriptors == flat && processes == flat && !r.timers.seen() {
		return true
	}
	// Goroutines are judged by who is still there in the end, so doubt about their
	// number needs no more rounds.
	heapDecided := heap != unsure || r.canAwaitTimers()
	return n >= r.enough && heapDecided && descriptors != unsure && processes != unsure
}

// judgeGoroutines lets goroutines whose number rises settle, and judges those that are
// left.
func (r *run) judgeGoroutines(ctx context.Context) (Trend, search.Result, error) {
	if r.counts.doubt() == flat {
		t := trendOf(r.counts.totals(), r.plan.Rounds)
		t.Why = fmt.Sprintf("no more of any origin over the last %d rounds", len(window(t.Samples, r.plan.Rounds)))
		return t, search.Result{}, nil
	}
	config := r.search
	config.Settle = config.Settle.Capped(max(r.plan.Time-time.Since(r.start), time.Second))
	s, err := search.New(config)
	if err != nil {
		return Trend{}, search.Result{}, err
	}
	left, err := s.Run(ctx)
	if err != nil {
		return Trend{}, search.Result{}, err
	}
	if left.Inspection == nil {
		t := trendOf(r.counts.totals(), r.plan.Rounds)
		t.Why = "all have ended"
		return t, left, nil
	}
	worst, grown := r.counts.judgeLeft(r.counted(left.Groups))
	return r.counts.goroutineTrend(worst, grown, left.Settled), left, nil
}

// heap has the witnesses of the heap so far.
func (r *run) heap() heapSeries {
	h := heapSeries{plan: r.plan, size: r.heapSize}
	if r.allocations != nil {
		h.held = r.allocations.samples
	}
	return h
}

func (r *run) judgeHeap(settled time.Duration) Trend {
	h := r.heap()
	if (h.doubt() != flat || r.heapHasTimers()) && !r.othersRan && r.judged() > 0 {
		if t, ok := r.judgeAfterTimers(settled); ok {
			return t
		}
	}
	return h.trend(func(tolerance float64) []string { return r.allocations.grown(tolerance) })
}

func (r *run) judgeDescriptors(settled time.Duration) Trend {
	if len(r.descriptors) < r.judged() {
		t := trendOf(r.descriptors, r.plan.Rounds)
		t.Verdict, t.Why = NotJudged, "open descriptors cannot be counted here"
		return t
	}
	if descriptorDoubt(r.descriptors, r.plan.Rounds) != flat && settled > 0 {
		now, err := process.Descriptors()
		if err == nil && float64(now) <= window(r.descriptors, r.plan.Rounds)[0] {
			t := trendOf(r.descriptors, r.plan.Rounds)
			t.Why = "what was open is closed after another " + words.Duration(settled)
			return t
		}
	}
	return descriptorTrend(r.descriptors, r.plan.Rounds, func() []string {
		return newlyOpen(r.openBefore, process.OpenDescriptors())
	})
}
