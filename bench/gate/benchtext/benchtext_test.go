package benchtext

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/internal/gatetest"
	"github.com/watertight-go/watertight/bench/gate/result"
)

// output writes and loads an output of go test -bench: 20 samples around ns, with
// the same number of allocations.
func output(t *testing.T, seed uint64, ns float64, allocs int) *Output {
	t.Helper()
	var b strings.Builder
	b.WriteString("goos: linux\ngoarch: amd64\npkg: example.com/x\ncpu: Example\n")
	for _, v := range gatetest.Samples(seed, 20, ns, .02) {
		fmt.Fprintf(&b, "BenchmarkCall-2 \t 1000\t %.2f ns/op\t %d allocs/op\n", v, allocs)
	}
	path := filepath.Join(t.TempDir(), "bench.txt")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
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
		opts         Options
		time, allocs result.Status
	}{
		{"same", output(t, 2, 100, 9), Options{}, result.OK, result.OK},
		{"slower", output(t, 2, 150, 9), Options{}, result.Worse, result.OK},
		{"slower, below the threshold", output(t, 2, 150, 9), Options{Thresholds: Thresholds{"sec/op": .8, "allocs/op": 0}}, result.OK, result.OK},
		{"one allocation more", output(t, 2, 100, 10), Options{}, result.OK, result.Worse},
		{"one allocation more, rounded up", output(t, 2, 100, 10), Options{Thresholds: Thresholds{"sec/op": .1, "allocs/op": .05}}, result.OK, result.OK},
		{"less of both", output(t, 2, 50, 8), Options{}, result.Better, result.Better},
		{"no threshold", output(t, 2, 100, 9), Options{Thresholds: Thresholds{"sec/op": .1}}, result.OK, result.Unsure},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Compare(old, tt.now, tt.opts)
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
	got, err := ParseThresholds("ns/op=5%, MB/s=3%,allocs/op=1")
	require.NoError(t, err)
	require.Equal(t, Thresholds{"sec/op": .05, "B/s": .03, "B/op": .01, "allocs/op": .01}, got)
	got, err = ParseThresholds(" ")
	require.NoError(t, err)
	require.Equal(t, DefaultThresholds(), got)
	for text, want := range map[string]string{"sec/op": "want UNIT=PERCENT", "=1": "want UNIT=PERCENT", "sec/op=x": "sec/op: got \"x\", want a percentage", "sec/op=": "want a percentage"} {
		_, err := ParseThresholds(text)
		require.ErrorContains(t, err, want)
	}
}
