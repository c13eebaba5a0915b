package frameworks

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/watertight-go/watertight/leak"
)

// The check of the test sees what any of the runs leaves.
func TestRapidOuter(t *testing.T) {
	isSuite(t)
	t.Run("clean", func(t *testing.T) {
		leak.Check(t)
		rapid.Check(t, func(t *rapid.T) { work() })
	})
	t.Run("leaks", func(t *testing.T) {
		leak.Check(t)
		once := false
		rapid.Check(t, func(t *rapid.T) {
			if rapid.Int().Draw(t, "n"); !once {
				startLeak()
			}
			once = true
		})
	})
}

// A check in the property names an input that leaks.
func TestRapidInner(t *testing.T) {
	isSuite(t)
	t.Run("clean", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { leak.Check(t); work() })
	})
	t.Run("leaks", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			leak.Check(t)
			if rapid.IntRange(0, 100).Draw(t, "n") > 30 {
				startLeak()
			}
		})
	})
}

func TestRapid(t *testing.T) {
	requireResults(t, "TestRapidOuter", []string{"TestRapidOuter/clean"}, []string{"TestRapidOuter/leaks"})
	out, code := runSuite(t, "TestRapidInner", "-rapid.nofailfile")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "--- PASS: TestRapidInner/clean (")
	require.Contains(t, out, "--- FAIL: TestRapidInner/leaks (")
	require.Contains(t, out, "[rapid] draw n: ")
	require.Contains(t, out, "goroutine left behind")
}
