package benchtext

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/result"
)

// chance is a benchmark whose counts are one of two, by chance.
type chance struct {
	unit       string
	low, high  int
	likelihood float64
}

// file is the output of a run, with n samples of each benchmark.
func (c chance) file(t *testing.T, r *rand.Rand, n, rise int) *Output {
	t.Helper()
	var b strings.Builder
	b.WriteString(head)
	for range n {
		v := c.low + rise
		if r.Float64() < c.likelihood {
			v = c.high + rise
		}
		fmt.Fprintf(&b, "BenchmarkCall-2 \t 1000\t %.2f ns/op\t %d %s\n", 100+r.NormFloat64(), v, c.unit)
	}
	o, err := Parse("bench.txt", []byte(b.String()))
	require.NoError(t, err)
	return o
}

// codes are the exit codes of comparisons, and how often each came.
func (c chance) codes(t *testing.T, n, pairs, rise int) map[int]int {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(c.low), uint64(100*c.likelihood)))
	codes := map[int]int{}
	for range pairs {
		got, err := Compare(c.file(t, r, n, 0), c.file(t, r, n, rise), Options{})
		require.NoError(t, err)
		codes[got.ExitCode(result.Lenient)]++
	}
	return codes
}

// Counts that chance moves between two values are no regression, and a true rise is one.
func TestCountsByChance(t *testing.T) {
	const pairs = 60
	for _, c := range []chance{
		{"allocs/op", 10, 11, .5}, {"allocs/op", 10, 11, .2}, {"allocs/op", 10, 11, .8}, {"allocs/op", 0, 1, .5}, {"allocs/op", 0, 1, .1},
		{"allocs/op", 1000, 1001, .5}, {"B/op", 1000, 1001, .5}, {"B/op", 160, 176, .5}, {"B/op", 0, 8, .3}, {"allocs/op", 3, 4, .35},
	} {
		for _, n := range []int{10} {
			t.Run(fmt.Sprintf("%d or %d %s, %.0f %%, %d samples", c.low, c.high, c.unit, 100*c.likelihood, n), func(t *testing.T) {
				require.Equal(t, map[int]int{0: pairs}, c.codes(t, n, pairs, 0))
				if c.unit == "allocs/op" {
					require.Equal(t, map[int]int{1: pairs}, c.codes(t, n, pairs, 2))
				}
			})
		}
	}
}

// A single value that is another one is enough for chance, and not enough for exactness.
func TestCounts(t *testing.T) {
	file := func(counts ...int) string { return head + counted("Call", "allocs/op", 10, counts...) }
	few := func(counts ...int) string {
		return strings.ReplaceAll(head+counted("Call", "allocs/op", len(counts), counts...), "ns/op", "extra-ns")
	}
	run(t, []kind{
		{name: "exact", old: file(10), now: file(11), exit: 1, says: "+1, at most +0"},
		{name: "exact, fewer", old: file(11), now: file(10), says: "1 better"},
		{name: "from zero", old: file(0), now: file(1), exit: 1, says: "it was zero"},
		{name: "10 or 11 to 12 or 13", old: file(10, 11), now: file(12, 13), exit: 1, says: "+1, at most +0"},
		{name: "10 or 11 to 12 or 13, within the threshold", old: file(10, 11), now: file(12, 13), thresholds: "allocs/op=20%", says: "Passed"},
		{name: "10 or 11, more often", old: file(10, 10, 10, 11), now: file(11, 11, 10, 11), says: "Passed"},
		{name: "never 11 before, always now but once", old: file(10), now: file(11, 11, 11, 11, 11, 11, 11, 11, 11, 10), exit: 2, says: "may be chance: 10 before, 10 to 11 now"},
		{name: "one outlier before", old: file(10, 10, 10, 10, 10, 10, 10, 10, 10, 50), now: file(20, 21), exit: 1, says: "10 to 50 before, 20 to 21 now"},
		{name: "one outlier now", old: file(10), now: file(10, 10, 10, 10, 10, 10, 10, 10, 10, 50), says: "Passed: 2 ok"},
		{name: "a tenth of the bytes, by growth that varies", old: head + counted("Call", "B/op", 10, 800, 1300, 900), now: head + counted("Call", "B/op", 10, 850, 1250, 990), says: "Passed"},
		{name: "one sample each, the same", old: few(9), now: few(9), thresholds: "extra-ns=ignore", says: "Passed: 1 ok"},
		{name: "one sample each, more", old: few(9), now: few(10), thresholds: "extra-ns=ignore", exit: 2, says: "1 and 1 samples do not tell a rise from chance"},
		{name: "five samples each, more", old: few(9, 9, 9, 9, 9), now: few(10, 10, 10, 10, 10), thresholds: "extra-ns=ignore", exit: 1, says: "+1, at most +0"},
	})
}
