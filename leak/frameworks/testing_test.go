package frameworks

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
)

// A row of a table is a test of its own.
func TestTableSuite(t *testing.T) {
	isSuite(t)
	for _, row := range []struct {
		name string
		run  func()
	}{{"clean", work}, {"leaks", startLeak}, {"clean again", work}} {
		t.Run(row.name, func(t *testing.T) {
			leak.Check(t)
			t.Parallel()
			row.run()
		})
	}
}

func FuzzSuite(f *testing.F) {
	isSuite(f)
	leak.Check(f)
	f.Add("clean")
	f.Add("leaks")
	f.Fuzz(func(t *testing.T, input string) {
		leak.Check(t)
		if input == "leaks" {
			startLeak()
		}
		work()
	})
}

// What the fuzz function starts itself is its own.
func FuzzOuterSuite(f *testing.F) {
	isSuite(f)
	leak.Check(f)
	startLeak()
	f.Add("clean")
	f.Fuzz(func(t *testing.T, input string) { leak.Check(t); work() })
}

func BenchmarkSuite(b *testing.B) {
	isSuite(b)
	b.Run("clean", func(b *testing.B) {
		leak.Check(b)
		for b.Loop() {
			work()
		}
	})
	b.Run("leaks", func(b *testing.B) {
		leak.Check(b)
		for b.Loop() {
			work()
		}
		startLeak()
	})
}

// A benchmark that a test runs has no place to fail at. The check of the test sees what it
// leaves.
func TestBenchmarkSuite(t *testing.T) {
	isSuite(t)
	for name, run := range map[string]func(){"clean": work, "leaks": startLeak} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			once := false
			testing.Benchmark(func(b *testing.B) {
				for b.Loop() {
					work()
				}
				if !once {
					run()
				}
				once = true
			})
		})
	}
}

func TestKindsOfTest(t *testing.T) {
	requireResults(t, "TestTableSuite", []string{"TestTableSuite/clean", "TestTableSuite/clean_again"}, []string{"TestTableSuite/leaks"})
	requireResults(t, "FuzzSuite", []string{"FuzzSuite/seed#0"}, []string{"FuzzSuite/seed#1"})
	requireResults(t, "FuzzOuterSuite", []string{"FuzzOuterSuite/seed#0"}, []string{"FuzzOuterSuite"})
	requireResults(t, "TestBenchmarkSuite", []string{"TestBenchmarkSuite/clean"}, []string{"TestBenchmarkSuite/leaks"}, "-test.benchtime=10x")
	out, code := runSuite(t, "none", "-test.bench=BenchmarkSuite", "-test.benchtime=10x")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "--- FAIL: BenchmarkSuite/leaks")
	require.NotContains(t, out, "--- FAIL: BenchmarkSuite/clean")
	require.Equal(t, 1, strings.Count(out, "goroutine left behind"), out)
}
