package growth

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// heapAfterTimers is what the heap holds once the timers that were pending have fired.
// Each timer holds its function and what that needs until then, so the heap rises as long
// as rounds come faster than their timers fire. Nothing tells what belongs to a timer, so
// the heap is judged when they are gone.
type heapAfterTimers struct {
	// rounds are the rounds so far.
	rounds int
	// sites are the bytes held by allocation site.
	sites map[string]int64
	// pending are the timers that were held even then.
	pending int64
}

// canAwaitTimers reports whether timers are pending, and the heap has not yet been judged
// without them.
func (r *run) canAwaitTimers() bool {
	return r.afterTimers == nil && r.allocations != nil && r.allocations.pending() > 0
}

// heapHasTimers reports whether the heap rises and falls with timers, so that neither says
// anything before they have fired.
func (r *run) heapHasTimers() bool { return r.allocations != nil && r.allocations.hadTimers }

// awaitTimers waits until at most least timers are pending, and reports whether they have
// become fewer.
func (r *run) awaitTimers(least int64) (sites map[string]int64, fewer bool) {
	const longest = 100 * time.Millisecond
	before := r.allocations.pending()
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, longest) {
		process.HeldMemory()
		sites = r.allocations.read()
		left := r.timersHave()
		if now := r.allocations.pending(); now <= least || left == 0 {
			return sites, now < before
		}
		time.Sleep(min(pause, left))
	}
}

// judgeAfterTimers judges the heap without pending timers, and without what ended
// goroutines held. It is not ok where there was nothing of that kind.
func (r *run) judgeAfterTimers(settled time.Duration) (t Trend, ok bool) {
	a := r.allocations
	if a == nil || r.afterTimers == nil && !a.hadTimers && settled == 0 {
		return Trend{}, false
	}
	t = r.heap().empty()
	if r.afterTimers != nil {
		sites, _ := r.awaitTimers(r.afterTimers.pending)
		r.afterTimers.compare(sites, r.ran, &t)
		return t, true
	}
	sites, fewer := r.awaitTimers(0)
	if !fewer && settled == 0 && a.pending() > 0 {
		return Trend{}, false
	}
	waited := words.Duration(time.Since(r.roundEnded))
	if float64(a.since(sites))/float64(max(len(a.samples), 1)) <= t.Tolerance {
		t.Why = fmt.Sprintf("the growth was released within another %s", waited)
		return t, true
	}
	if !fewer {
		return Trend{}, false
	}
	// Something is left beside the timers, which may be kept for good.
	r.afterTimers = &heapAfterTimers{rounds: r.ran, sites: sites, pending: a.pending()}
	t.Verdict = Unknown
	t.Why = fmt.Sprintf("timers that fired in another %s held some of it, and more rounds were needed to judge the rest", waited)
	return t, true
}

// compare judges by what is held without pending timers after more rounds.
func (h heapAfterTimers) compare(now map[string]int64, ran int, t *Trend) {
	rounds := ran - h.rounds
	if rounds == 0 {
		t.Verdict, t.Why = Unknown, "timers held some of it, and no more rounds were run to judge the rest"
		return
	}
	rise := float64(total(now)-total(h.sites)) / float64(rounds)
	t.Slope, t.Low, t.High = rise, rise, rise
	t.Verdict = Clean
	t.Why = fmt.Sprintf("%s more per round over %d rounds, once the timers that were pending had fired", words.Bytes(rise), rounds)
	// A few bytes here and there are no leak: one place must have more than tolerated.
	if where := grown(h.sites, now, rounds, t.Tolerance); rise > t.Tolerance && len(where) > 0 {
		t.Verdict, t.Where = Leaking, where
	}
}
