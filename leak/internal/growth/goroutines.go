package growth

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// goroutineCounts has the goroutines that were left after each round.
type goroutineCounts struct {
	plan Plan
	// byOrigin are the numbers left after each judged round.
	byOrigin map[inspect.Origin][]float64
	// firstSeen has the goroutines left after the last round, with the round after which
	// each was first seen.
	firstSeen map[uint64]int
	// ran is the number of rounds so far, warm-up included.
	ran int
}

// judged is the number of judged rounds so far.
func (c *goroutineCounts) judged() int { return max(c.ran-c.plan.WarmUp, 0) }

// maxCapacity is how many samples a series holds without allocating in a round.
const maxCapacity = 4096

// capacity is that of a series.
func (p Plan) capacity() int { return min(p.Max, maxCapacity) }

// add enters the groups that are left after the last round.
func (c *goroutineCounts) add(groups []*inspect.Group) {
	firstSeen := map[uint64]int{}
	counts := map[inspect.Origin]int{}
	for _, g := range groups {
		counts[g.Origin()] += len(g.IDs)
		for _, id := range g.IDs {
			firstSeen[id] = c.ran
			if round, ok := c.firstSeen[id]; ok {
				firstSeen[id] = round
			}
		}
	}
	c.firstSeen = firstSeen
	if c.judged() == 0 {
		return
	}
	for o := range counts {
		if c.byOrigin[o] == nil {
			c.byOrigin[o] = make([]float64, c.judged()-1, max(c.judged(), c.plan.capacity()))
		}
	}
	for o, samples := range c.byOrigin {
		c.byOrigin[o] = append(samples, float64(counts[o]))
	}
}

// doubt is the worst of the origins'.
func (c *goroutineCounts) doubt() doubt {
	worst := flat
	for _, samples := range c.byOrigin {
		worst = max(worst, doubtOf(samples, c.plan.Rounds, 0))
	}
	return worst
}

// totals are the goroutines left after each judged round.
func (c *goroutineCounts) totals() []float64 {
	totals := make([]float64, c.judged())
	for samples := range maps.Values(c.byOrigin) {
		for i, n := range samples {
			totals[i] += n
		}
	}
	return totals
}

// judgeLeft judges the groups that are left in the end by when their goroutines were
// first seen, and excuses those whose origin does not rise. A worker that is replaced now
// and then is young and alone; a leak leaves some of every few rounds. The second result
// is the number of goroutines of rising origins that the rounds of the window have left.
func (c *goroutineCounts) judgeLeft(groups []*inspect.Group) (worst doubt, grown int) {
	ids := map[inspect.Origin][]uint64{}
	for _, g := range groups {
		ids[g.Origin()] = append(ids[g.Origin()], g.IDs...)
	}
	doubts := map[inspect.Origin]doubt{}
	for o, all := range ids {
		samples := c.bornUntil(all)
		if c.replaced(o, all) {
			samples = c.byOrigin[o]
		}
		// What did not rise from round to round does not rise because of who is left.
		doubts[o] = min(doubtOf(samples, c.plan.Rounds, 0), doubtOf(c.byOrigin[o], c.plan.Rounds, 0))
		if doubts[o] != flat {
			grown += growthInWindow(samples, c.plan.Rounds)
		}
		worst = max(worst, doubts[o])
	}
	for _, g := range groups {
		g.Excused = ""
		if doubts[g.Origin()] == flat {
			g.Excused = "does not grow round by round"
		}
	}
	return worst, grown
}

// growthInWindow is by how much the samples rise from the one before the window on.
func growthInWindow(samples []float64, least int) int {
	n := int(samples[len(samples)-1])
	if before := len(samples) - len(window(samples, least)); before > 0 {
		n -= int(samples[before-1])
	}
	return n
}

// bornUntil counts, for each judged round, those of ids that were first seen until then.
func (c *goroutineCounts) bornUntil(ids []uint64) []float64 {
	n := c.judged()
	samples := make([]float64, n)
	for _, id := range ids {
		round, ok := c.firstSeen[id]
		if !ok {
			round = c.ran
		}
		if i := max(round-c.plan.WarmUp-1, 0); i < n {
			samples[i]++
		}
	}
	for i := 1; i < n; i++ {
		samples[i] += samples[i-1]
	}
	return samples
}

// replaced reports whether the goroutines of an origin replace each other: all that are
// left are younger than the last round's end, and they are no fewer than at that time.
// Then it says nothing when they were first seen.
func (c *goroutineCounts) replaced(o inspect.Origin, all []uint64) bool {
	samples := c.byOrigin[o]
	if len(samples) == 0 || float64(len(all)) < samples[len(samples)-1] {
		return false
	}
	return !slices.ContainsFunc(all, func(id uint64) bool {
		_, old := c.firstSeen[id]
		return old
	})
}

// goroutineTrend words what judgeLeft has found after the goroutines had time to end.
func (c *goroutineCounts) goroutineTrend(worst doubt, grown int, settled time.Duration) Trend {
	t := trendOf(c.totals(), c.plan.Rounds)
	n := len(window(t.Samples, c.plan.Rounds))
	switch worst {
	case rising:
		t.Verdict = Leaking
		t.Why = fmt.Sprintf("%s per round, %s left of the last %d rounds after another %s",
			perRound(t.Slope), words.Goroutines(grown), n, words.Duration(settled))
	case unsure:
		t.Verdict = Unknown
		t.Why = fmt.Sprintf("%s per round, but %s left of the last rounds are too few to tell", perRound(t.Slope), words.Goroutines(grown))
	default:
		t.Why = fmt.Sprintf("those of the last rounds ended within %s", words.Duration(settled))
	}
	return t
}
