package leak

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// notAsked is why a resource that is not in the plan was not judged.
const notAsked = "not asked for"

// conclude judges the rounds that were run.
func (c *course) conclude(ctx context.Context) (RoundsReport, error) {
	r := RoundsReport{WarmUp: min(c.plan.WarmUp, c.ran), Rounds: c.judged()}
	goroutines, left, err := c.judgeGoroutines(ctx)
	if err != nil {
		return RoundsReport{}, err
	}
	r.Left = left
	r.Goroutines = goroutines
	r.Heap, r.Descriptors, r.Timers = c.judgeHeap(left.Settled), c.judgeDescriptors(left.Settled), c.timers.judge(c)
	c.limit(&r)
	r.Verdict = Clean
	for _, t := range r.trends() {
		if t.Verdict == Leaking || t.Verdict == Unknown && r.Verdict == Clean {
			r.Verdict = t.Verdict
		}
	}
	if r.Goroutines.Verdict != Leaking {
		r.Left.Findings, r.Left.Goroutines = nil, 0
	}
	r.Warnings = c.warnings
	r.Elapsed = time.Since(c.start)
	return r, nil
}

// limit takes verdicts back that the rounds cannot bear.
func (c *course) limit(r *RoundsReport) {
	judge := c.plan.Judge
	asked := []bool{judge.Goroutines, judge.Heap, judge.Descriptors, judge.Timers}
	for i, t := range r.trends() {
		if !asked[i] {
			*t.Trend = Trend{Verdict: NotJudged, Why: notAsked}
		} else if c.judged() < c.plan.Rounds {
			t.Verdict = Unknown
			t.Why = fmt.Sprintf("only %d of at least %d rounds were run in %s", c.judged(), c.plan.Rounds, short(c.plan.Time))
		} else if i > 0 && c.crowded {
			*t.Trend = Trend{Verdict: NotJudged, Why: "another test ran at the same time, and it belongs to the whole process"}
		} else if t.Verdict == Leaking && c.judged() < c.plan.sure() && c.late() {
			t.Why += fmt.Sprintf("; time ran out before %d rounds, so something that fills slowly looks the same", c.plan.sure())
		}
	}
}

// judgeGoroutines gives those whose number rises their budgets, and then asks
// who is left in which round they were born. A worker that is replaced now and
// then is young and stays alone; a leak leaves some of every few rounds.
func (c *course) judgeGoroutines(ctx context.Context) (Trend, Report, error) {
	t := Trend{Verdict: Clean, Samples: c.totals()}
	s := theilSen(window(t.Samples, c.plan.Rounds)).finite()
	t.Slope, t.Low, t.High = s.rise, s.low, s.high
	if c.goroutinesRise() == flat {
		t.Why = fmt.Sprintf("no more of any origin over the last %d rounds", len(window(t.Samples, c.plan.Rounds)))
		return t, Report{ProofStatus: proofNothing}, nil
	}
	f, err := newFinder(c.base, c.opts, c.owner)
	if err != nil {
		return t, Report{}, err
	}
	f.opts = f.opts.capped(max(c.plan.Time-time.Since(c.start), time.Second))
	_, l, err := f.find(ctx)
	if err != nil {
		return t, Report{}, err
	}
	settled := time.Since(f.start)
	if l == nil {
		t.Why = "all have ended"
		return t, Report{ProofStatus: proofNothing, Settled: settled}, nil
	}
	worst, grown := c.rest(l)
	r := f.report(l)
	r.Settled = settled
	switch worst {
	case rising:
		t.Verdict = Leaking
		t.Why = fmt.Sprintf("%s per round, %s left of the last %d rounds after another %s",
			perRound(s.rise), goroutines(grown), len(window(t.Samples, c.plan.Rounds)), short(settled))
	case unsure:
		t.Verdict = Unknown
		t.Why = fmt.Sprintf("%s per round, but %s left of the last rounds are too few to tell", perRound(s.rise), goroutines(grown))
	default:
		t.Why = fmt.Sprintf("those of the last rounds ended within %s", short(settled))
	}
	return t, r, nil
}

// rest judges the origins of those who are left, and excuses all groups of
// those that do not rise. It returns the number born in the window as well.
func (c *course) rest(l *look) (worst doubt, born int) {
	ids := map[site][]uint64{}
	for _, g := range l.order {
		if c.counts(g) {
			ids[siteOf(g)] = append(ids[siteOf(g)], g.ids...)
		}
	}
	verdicts := map[site]doubt{}
	for s, all := range ids {
		samples := c.bornBy(all)
		if c.replaced(s, all) {
			samples = c.sites[s]
		}
		last := window(samples, c.plan.Rounds)
		// What did not rise round by round does not rise because of who is left.
		verdicts[s] = min(theilSen(last).judge(0), theilSen(window(c.sites[s], c.plan.Rounds)).judge(0))
		if verdicts[s] != flat {
			born += int(last[len(last)-1])
			if before := len(samples) - len(last); before > 0 {
				born -= int(samples[before-1])
			}
		}
		worst = max(worst, verdicts[s])
	}
	for _, g := range l.order {
		if !c.counts(g) {
			continue
		}
		if verdicts[siteOf(g)] == flat {
			g.excused = "does not grow round by round"
		} else {
			g.excused = ""
		}
	}
	return worst, born
}

// replaced reports whether goroutines replace each other: all that are left of an
// origin are younger than the last round's end, and no fewer than there were then.
// When they were born says nothing.
func (c *course) replaced(s site, all []uint64) bool {
	samples := c.sites[s]
	if len(samples) == 0 || float64(len(all)) < samples[len(samples)-1] {
		return false
	}
	return !slices.ContainsFunc(all, func(id uint64) bool {
		_, old := c.births[id]
		return old
	})
}

func perRound(rise float64) string { return fmt.Sprintf("%+.2g", rise) }

// judgeHeap words what both witnesses say.
func (c *course) judgeHeap(settled time.Duration) Trend {
	last := window(c.heap, c.plan.Rounds)
	s := theilSen(last).finite()
	t := Trend{
		Verdict: Clean, Samples: c.heap,
		Slope: s.rise, Low: s.low, High: s.high, Tolerance: float64(c.plan.Heap),
	}
	doubt := c.heapRises()
	if (doubt != flat || c.timed()) && !c.crowded && c.judged() > 0 && c.judgeDrained(&t, settled) {
		return t
	}
	switch doubt {
	case flat:
		t.Why = fmt.Sprintf("no rise over the last %d rounds", len(last))
		if theilSen(last).judge(t.Tolerance) != flat {
			t.Why = fmt.Sprintf("%s more per round, but not of what the code allocated: the runtime keeps them for reuse", bytesOf(s.rise))
		}
	case rising:
		t.Verdict = Leaking
		t.Why = fmt.Sprintf("%s more per round, over the last %d of %d rounds (95 %% interval %s to %s)",
			bytesOf(s.rise), len(last), c.judged(), bytesOf(s.low), bytesOf(s.high))
		t.Where = c.allocations.grown(t.Tolerance)
	default:
		t.Verdict = Unknown
		t.Why = fmt.Sprintf("too noisy: between %s and %s per round over the last %d of %d rounds",
			bytesOf(s.low), bytesOf(s.high), len(last), c.judged())
	}
	return t
}

func (c *course) judgeDescriptors(settled time.Duration) Trend {
	last := window(c.descriptors, c.plan.Rounds)
	s := theilSen(last).finite()
	t := Trend{Verdict: Clean, Samples: c.descriptors, Slope: s.rise, Low: s.low, High: s.high}
	if len(c.descriptors) < c.judged() {
		t.Verdict, t.Why = NotJudged, "open descriptors cannot be counted here"
		return t
	}
	doubt := c.descriptorsRise()
	if doubt != flat && settled > 0 {
		if now, err := countDescriptors(); err == nil && float64(now) <= last[0] {
			t.Why = fmt.Sprintf("what was open is closed after another %s", short(settled))
			return t
		}
	}
	switch doubt {
	case flat:
		t.Why = fmt.Sprintf("no more over the last %d rounds", len(last))
	case rising:
		t.Verdict = Leaking
		t.Why = fmt.Sprintf("%s per round, over the last %d of %d rounds", perRound(s.rise), len(last), c.judged())
		t.Where = newDescriptors(c.opened)
	default:
		t.Verdict = Unknown
		t.Why = fmt.Sprintf("too noisy: between %s and %s per round over the last %d of %d rounds", perRound(s.low), perRound(s.high), len(last), c.judged())
	}
	return t
}
