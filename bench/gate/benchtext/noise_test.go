package benchtext

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/result"
)

// jittery is a machine on which whole runs differ by 3 %, and the samples of one by less.
func jittery(t *testing.T, r *rand.Rand, factor float64) *Output {
	t.Helper()
	return parsed(t, "run.txt", head+timed("Call", r.Uint64(), 10, factor*100*(1+.03*r.NormFloat64()), "\t 9 allocs/op"))
}

// The noise of a machine is the least change that counts there.
func TestNoise(t *testing.T) {
	const pairs = 60
	tight := Thresholds{"sec/op": {Part: .005}}
	compare := func(n *Noise, r *rand.Rand, factor float64) result.Status {
		got, err := Compare(jittery(t, r, 1), jittery(t, r, factor), Options{Noise: n, Thresholds: tight})
		require.NoError(t, err)
		return got.Find("example.com/x.BenchmarkCall-2 sec/op").Status
	}
	r := rand.New(rand.NewPCG(3, 3))
	n, err := Calibrate(AsFilesSay, jittery(t, r, 1), jittery(t, r, 1), jittery(t, r, 1), jittery(t, r, 1), jittery(t, r, 1))
	require.NoError(t, err)
	counts := map[string]int{}
	for range pairs {
		counts["without "+string(compare(nil, r, 1))]++
		counts["with "+string(compare(n, r, 1))]++
		counts["slow, with "+string(compare(n, r, 1.4))]++
	}
	t.Logf("noise %.1f %%: %v", 100*n.Rows[0].Part, counts)
	require.Positive(t, counts["without worse"], "the machine is noisy")
	require.Zero(t, counts["with worse"])
	require.GreaterOrEqual(t, counts["slow, with worse"], pairs*9/10)
}

func TestNoiseOfCounts(t *testing.T) {
	file := func(name string, counts ...int) *Output {
		return parsed(t, name, head+counted("Call", "allocs/op", 10, counts...))
	}
	n, err := Calibrate(AsFilesSay, file("a", 10), file("b", 11), file("c", 10, 11))
	require.NoError(t, err)
	// A count that is another one in each process looks exact in each.
	got, err := Compare(file("a", 10), file("b", 11), Options{Noise: n})
	require.NoError(t, err)
	require.Zero(t, got.ExitCode(result.Lenient), "%+v", got.Rows)
	got, err = Compare(file("a", 10), file("b", 12), Options{Noise: n})
	require.NoError(t, err)
	require.Equal(t, 1, got.ExitCode(result.Lenient), "%+v", got.Rows)
}

func TestNoiseFile(t *testing.T) {
	a, b := parsed(t, "a.txt", whole), parsed(t, "b.txt", same+other+timed("New", 1, 10, 5, ""))
	n, err := Calibrate(AsFilesSay, a, b)
	require.NoError(t, err)
	require.Equal(t, []string{"example.com/y.BenchmarkNew-2 sec/op is in one run only: left out"}, n.Doubts)
	path := filepath.Join(t.TempDir(), "noise.json")
	require.NoError(t, n.Save(path))
	got, err := LoadNoise(path)
	require.NoError(t, err)
	n.Doubts = nil
	require.Equal(t, n, got)
	var out strings.Builder
	require.NoError(t, got.Render(&out, Thresholds{"sec/op": {}}))
	require.Contains(t, out.String(), "1 threshold is below the noise")

	for text, want := range map[string]string{"{": "invalid JSON", `{"schema":"x"}`: `got schema "x"`, `{"schema":"watertight.noise/1","rows":[{"part":-1}]}`: "rows[0]: got part -1"} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		_, err := LoadNoise(path)
		require.ErrorContains(t, err, want)
	}
	_, err = LoadNoise("nosuch.json")
	require.ErrorContains(t, err, "nosuch.json")
	_, err = Calibrate(AsFilesSay, a, parsed(t, "b.txt", machine))
	require.ErrorContains(t, err, `got machines ["Example"] in a.txt and ["Another"] in b.txt`)
	_, err = Calibrate(AsFilesSay, a, parsed(t, "b.txt", nowhere))
	require.ErrorContains(t, err, "unknown machine: b.txt has no cpu line")
	_, err = Calibrate(SameMachine, a, parsed(t, "b.txt", nowhere))
	require.NoError(t, err)
	_, err = Calibrate(AsFilesSay, a)
	require.ErrorContains(t, err, "got 1 files")

	// That of another machine is not used, and that is said.
	n.CPU = "Another"
	r, err := Compare(a, parsed(t, "b.txt", same), Options{Noise: n})
	require.NoError(t, err)
	require.Contains(t, r.Warnings[0], "the noise is of another machine")
}
