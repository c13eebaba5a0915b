package growth

import (
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/require"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// plan is one of two warm-up rounds and at least five judged ones.
var plan = Plan{WarmUp: 2, Rounds: 5, Max: 100, Heap: 4}

// groupOf are goroutines that were created by a function.
func groupOf(by string, ids ...uint64) *inspect.Group {
	return &inspect.Group{Trace: stack.Trace{Created: stack.Frame{Func: by}}, Class: inspect.Blocked, IDs: ids}
}

// counted has the goroutines that left gives for each round, from one on.
func counted(rounds int, left func(round uint64) []*inspect.Group) *goroutineCounts {
	c := &goroutineCounts{plan: plan, byOrigin: map[inspect.Origin][]float64{}, firstSeen: map[uint64]int{}}
	for c.ran < rounds {
		c.ran++
		c.add(left(uint64(c.ran)))
	}
	return c
}

// until are the IDs from one to n.
func until(n uint64) (ids []uint64) {
	for id := uint64(1); id <= n; id++ {
		ids = append(ids, id)
	}
	return ids
}

// TestJudgeGoroutines judges those that are left after 12 rounds, of which 10 are judged.
func TestJudgeGoroutines(t *testing.T) {
	const rounds = 12
	for _, c := range []struct {
		name string
		left func(round uint64) []uint64
		// remaining are those that are left in the end; nil for those of the last round.
		remaining []uint64
		doubt     doubt
		judged    doubt
		grown     int
	}{
		{"none", func(uint64) []uint64 { return nil }, nil, flat, flat, 0},
		{"one a round", until, nil, rising, rising, 5},
		{"one in every other round", func(r uint64) []uint64 { return until(r / 2) }, nil, unsure, unsure, 3},
		{"a pool that is created on first use", func(uint64) []uint64 { return until(4) }, nil, flat, flat, 0},
		{"a pool that grows up to its size", func(r uint64) []uint64 { return until(min(r, 6)) }, nil, flat, flat, 0},
		{"a worker that each round replaces", func(r uint64) []uint64 { return []uint64{r} }, nil, flat, flat, 0},
		{"slow ones, of which one is left", until, []uint64{12}, rising, unsure, 1},
		{"those that end and are started again", until, []uint64{101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112}, rising, rising, 5},
		{"fewer that were started again", until, []uint64{101, 102}, rising, unsure, 2},
	} {
		counts := counted(rounds, func(r uint64) []*inspect.Group { return []*inspect.Group{groupOf("f", c.left(r)...)} })
		require.Equal(t, c.doubt, counts.doubt(), c.name)
		last := c.remaining
		if last == nil {
			last = c.left(rounds)
		}
		left := groupOf("f", last...)
		judged, grown := counts.judgeLeft([]*inspect.Group{left})
		require.Equal(t, c.judged, judged, c.name)
		require.Equal(t, c.grown, grown, c.name)
		require.Equal(t, c.judged == flat, left.Excused != "", c.name)
	}
}

// TestJudgeOrigins: each origin is judged by itself.
func TestJudgeOrigins(t *testing.T) {
	left := func(r uint64) []*inspect.Group {
		return []*inspect.Group{groupOf("leaks", until(r)...), groupOf("pool", 1001, 1002), groupOf("replaced", 2000+r)}
	}
	c := counted(12, left)
	require.Equal(t, []float64{6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, c.totals())
	groups := left(12)
	worst, grown := c.judgeLeft(groups)
	require.Equal(t, rising, worst)
	require.Equal(t, 5, grown)
	require.Equal(t, "", groups[0].Excused)
	require.Equal(t, "does not grow round by round", groups[1].Excused)
	require.Equal(t, "does not grow round by round", groups[2].Excused)
	trend := c.goroutineTrend(worst, grown, time.Second)
	require.Equal(t, Leaking, trend.Verdict)
	require.Equal(t, "+1 per round, 5 goroutines left of the last 5 rounds after another 1s", trend.Why)
	require.Equal(t, 1.0, trend.Slope)
	require.Equal(t, Unknown, c.goroutineTrend(unsure, 1, time.Second).Verdict)
	require.Equal(t, Clean, c.goroutineTrend(flat, 0, time.Second).Verdict)
}
