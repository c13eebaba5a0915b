package growth

import (
	"fmt"

	"github.com/watertight-go/watertight/leak/internal/words"
)

// heapSeries has two witnesses of the heap. The size alone is never believed: the runtime
// keeps memory for reuse.
type heapSeries struct {
	plan Plan
	// size are the bytes that the heap held after each judged round.
	size []float64
	// held are those of them that the code allocated since recording began. Nil where
	// allocations are not recorded.
	held []float64
}

// doubt joins the two witnesses: flat where one is, rising where both are.
func (h heapSeries) doubt() doubt {
	if len(h.size) < h.plan.Rounds {
		return flat
	}
	tolerance := float64(h.plan.Heap)
	size, held := doubtOf(h.size, h.plan.Rounds, tolerance), unsure
	if len(h.held) > h.plan.Rounds {
		// The first sample has memory that earlier rounds had yet to replace.
		held = doubtOf(h.held[1:], h.plan.Rounds, tolerance)
	}
	switch {
	case size == flat || held == flat:
		return flat
	case size == rising && held == rising:
		return rising
	}
	return unsure
}

// empty is the trend with its numbers alone.
func (h heapSeries) empty() Trend {
	t := trendOf(h.size, h.plan.Rounds)
	t.Tolerance = float64(h.plan.Heap)
	return t
}

// trend words what both witnesses say. The places are those that grow, as far as they
// are known.
func (h heapSeries) trend(places func(tolerance float64) []string) Trend {
	t := h.empty()
	n := len(window(h.size, h.plan.Rounds))
	low, high := words.Bytes(t.Low), words.Bytes(t.High)
	switch h.doubt() {
	case flat:
		t.Why = fmt.Sprintf("no rise over the last %d rounds", n)
		if doubtOf(h.size, h.plan.Rounds, t.Tolerance) != flat {
			t.Why = fmt.Sprintf("%s more per round, but not of what the code allocated: the runtime keeps them for reuse", words.Bytes(t.Slope))
		}
	case rising:
		t.Verdict = Leaking
		t.Why = fmt.Sprintf("%s more per round, over the last %d of %d rounds (95 %% interval %s to %s)",
			words.Bytes(t.Slope), n, len(h.size), low, high)
		t.Where = places(t.Tolerance)
	default:
		t.Verdict = Unknown
		t.Why = fmt.Sprintf("too noisy: between %s and %s per round over the last %d of %d rounds", low, high, n, len(h.size))
	}
	return t
}
