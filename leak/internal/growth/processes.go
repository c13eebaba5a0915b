package growth

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// processWatch counts the child processes after each judged round.
type processWatch struct {
	// mayStay is Config.MayStay.
	mayStay func(process.Child) bool
	// atStart are those before the first round, before those after the first judged one.
	atStart, before []int
	count           []float64
	// err is why they cannot be counted.
	err error
}

// ids are the children that count now.
func (w *processWatch) ids() []int {
	ids, err := process.ChildIDs()
	if err != nil {
		w.err = err
	}
	if w.mayStay == nil {
		return ids
	}
	stay := map[int]bool{}
	for _, c := range process.Children(ids) {
		stay[c.PID] = w.mayStay(c)
	}
	return slices.DeleteFunc(ids, func(id int) bool { return stay[id] })
}

func (w *processWatch) measure() {
	ids := w.ids()
	if len(w.count) == 0 {
		w.before = ids
	}
	w.count = append(w.count, float64(len(ids)))
}

// left are the children that were started since the first round and still exist.
func (w *processWatch) left() []int {
	return slices.DeleteFunc(w.ids(), func(id int) bool { return slices.Contains(w.atStart, id) })
}

// fellWithin waits until there are no more children than at the start of the window, or the
// time is over.
func (w *processWatch) fellWithin(limit time.Duration, least int) bool {
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		if float64(len(w.ids())) <= window(w.count, least)[0] {
			return true
		}
		if limit <= 0 {
			return false
		}
		time.Sleep(pause)
		limit -= pause
	}
}

// judgeProcesses lets children end that are about to, and judges those that are left.
func (r *run) judgeProcesses() Trend {
	w := &r.processes
	t := trendOf(w.count, r.plan.Rounds)
	n := len(window(w.count, r.plan.Rounds))
	switch doubt := r.processDoubt(); {
	case w.err != nil:
		t.Verdict, t.Why = NotJudged, "child processes cannot be listed here"
	case doubt == flat:
		t.Why = fmt.Sprintf("no more over the last %d rounds", n)
	case r.judged() >= r.plan.Rounds && !r.othersRan && w.fellWithin(r.timersHave(), r.plan.Rounds):
		t.Why = "those that were more have ended and were waited for, within " + words.Duration(r.search.Settle.Waiting)
	case doubt == rising:
		t.Verdict = Leaking
		t.Why = fmt.Sprintf("%s per round, over the last %d of %d rounds", perRound(t.Slope), n, len(w.count))
		t.Where = w.places()
	default:
		t.Verdict = Unknown
		t.Why = fmt.Sprintf("too noisy: between %s and %s per round over the last %d of %d rounds", perRound(t.Low), perRound(t.High), n, len(w.count))
	}
	return t
}

func (r *run) processDoubt() doubt { return descriptorDoubt(r.processes.count, r.plan.Rounds) }

// places names the children that are there since the first judged round, most first.
func (w *processWatch) places() []string {
	pids := map[string][]int{}
	for _, c := range process.Children(w.ids()) {
		if slices.Contains(w.before, c.PID) {
			continue
		}
		what := "running: " + c.Command
		if c.Exited {
			what = "exited and not waited for: " + c.Command
		}
		pids[what] = append(pids[what], c.PID)
	}
	whats := slices.SortedFunc(maps.Keys(pids), func(x, y string) int {
		return cmp.Or(cmp.Compare(len(pids[y]), len(pids[x])), cmp.Compare(x, y))
	})
	var lines []string
	for _, what := range whats[:min(len(whats), maxPlaces)] {
		lines = append(lines, fmt.Sprintf("%d more: %s (one of them is process %d)", len(pids[what]), what, pids[what][0]))
	}
	return lines
}
