package benchtext

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/internal/gatetest"
	"github.com/watertight-go/watertight/bench/gate/result"
)

// head is what go test prints before the results of a package.
const head = "goos: linux\ngoarch: amd64\npkg: example.com/x\ncpu: Example\n"

// foot is what it prints behind them.
const foot = "PASS\nok  \texample.com/x\t1.2s\n"

// timed are n results of a benchmark around ns, each with more figures.
func timed(name string, seed uint64, n int, ns float64, more string) string {
	var b strings.Builder
	for _, v := range gatetest.Samples(seed, n, ns, .02) {
		fmt.Fprintf(&b, "Benchmark%s-2 \t 1000\t %.2f ns/op%s\n", name, v, more)
	}
	return b.String()
}

// counted are results of a benchmark with these counts, in turns.
func counted(name, unit string, n int, counts ...int) string {
	var b strings.Builder
	for i, v := range gatetest.Samples(1, n, 100, .02) {
		fmt.Fprintf(&b, "Benchmark%s-2 \t 1000\t %.2f ns/op\t %d %s\n", name, v, counts[i%len(counts)], unit)
	}
	return b.String()
}

// parsed is an output that must be a whole one.
func parsed(t *testing.T, name, text string) *Output {
	t.Helper()
	o, err := Parse(name, []byte(text))
	require.NoError(t, err)
	return o
}

// output is an output with 20 samples around ns, and the same number of allocations.
func output(t *testing.T, seed uint64, ns float64, allocs int) *Output {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bench.txt")
	text := head + timed("Call", seed, 20, ns, fmt.Sprintf("\t %d allocs/op", allocs)) + foot
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	o, err := Load(path)
	require.NoError(t, err)
	return o
}

func TestCompare(t *testing.T) {
	old := output(t, 1, 100, 9)
	const time, allocs = "example.com/x.BenchmarkCall-2 sec/op", "example.com/x.BenchmarkCall-2 allocs/op"
	for _, tt := range []struct {
		name         string
		now          *Output
		thresholds   string
		time, allocs result.Status
	}{
		{"same", output(t, 2, 100, 9), "", result.OK, result.OK},
		{"slower", output(t, 2, 150, 9), "", result.Worse, result.OK},
		{"slower, below the threshold", output(t, 2, 150, 9), "sec/op=80%", result.OK, result.OK},
		{"one allocation more", output(t, 2, 100, 10), "", result.OK, result.Worse},
		{"one allocation more, rounded up", output(t, 2, 100, 10), "allocs/op=5%", result.OK, result.OK},
		{"two allocations more, rounded up to one", output(t, 2, 100, 11), "allocs/op=10%", result.OK, result.Worse},
		{"less of both", output(t, 2, 50, 8), "", result.Better, result.Better},
	} {
		t.Run(tt.name, func(t *testing.T) {
			thresholds, err := ParseThresholds(tt.thresholds)
			require.NoError(t, err)
			got, err := Compare(old, tt.now, Options{Thresholds: thresholds})
			require.NoError(t, err)
			require.Len(t, got.Rows, 2)
			require.Equal(t, tt.time, got.Find(time).Status, "%+v", got.Rows)
			require.Equal(t, tt.allocs, got.Find(allocs).Status, "%+v", got.Rows)
		})
	}
	_, err := Compare(old, old, Options{Alpha: 2})
	require.ErrorContains(t, err, "alpha: got 2, want a level from 0.0001 to below 1")
}

func TestParseThresholds(t *testing.T) {
	got, err := ParseThresholds("ns/op=5%, MB/s=3%,allocs/op=1,req/s=-10%,widgets/op=+5%,x=ignore, y=-0")
	require.NoError(t, err)
	require.Equal(t, Thresholds{"sec/op": {Part: .05}, "B/s": {Part: .03}, "allocs/op": {Part: .01}, "req/s": {Part: .1, Better: Higher},
		"widgets/op": {Part: .05, Better: Lower}, "x": {Part: math.Inf(1)}, "y": {Better: Higher}}, got)
	got, err = ParseThresholds(" ")
	require.NoError(t, err)
	require.Empty(t, got)
	for text, want := range map[string]string{"sec/op": "want UNIT=PERCENT", "=1": "want UNIT=PERCENT", "sec/op=x": "sec/op: got \"x\", want a percentage",
		"sec/op=": "want a percentage", "sec/op=--5": "want a percentage", "ns/op=5,sec/op=7": "got the unit twice", "req/s=-100%": "want less than 100%"} {
		_, err := ParseThresholds(text)
		require.ErrorContains(t, err, want, text)
	}
}
