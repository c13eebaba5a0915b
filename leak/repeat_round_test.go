package leak_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestRepeatRound: what a round asks its t for is undone when the round ends.
func TestRepeatRound(t *testing.T) {
	if !apart(t) {
		return
	}
	const key = "WATERTIGHT_ROUND"
	home, err := os.Getwd()
	require.NoError(t, err)
	pwd := os.Getenv("PWD")
	var order []int
	var dirs []string
	leak.Repeat(t, func(t testing.TB) {
		_, has := os.LookupEnv(key)
		require.False(t, has)
		here, err := os.Getwd()
		require.NoError(t, err)
		require.Equal(t, home, here)
		require.Equal(t, pwd, os.Getenv("PWD"))
		require.NoError(t, t.Context().Err())
		for _, d := range dirs {
			require.NoDirExists(t, d)
		}
		dir := t.TempDir()
		dirs = append(dirs[:0], dir)
		t.Setenv(key, "1")
		t.Chdir(dir)
		if runtime.GOOS != "windows" {
			here, err = os.Getwd()
			require.NoError(t, err)
			require.Equal(t, here, os.Getenv("PWD"))
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, "x"), nil, 0o600))
		quit := make(chan bool)
		go func() { <-quit }()
		order = order[:0]
		t.Cleanup(func() { close(quit); order = append(order, 1) })
		t.Cleanup(func() {
			order = append(order, 2)
			require.NoError(t, t.Context().Err())
			t.Cleanup(func() { order = append(order, 3) })
		})
	})
	require.Equal(t, []int{2, 3, 1}, order)
	require.NoError(t, t.Context().Err())
}

// TestRepeatFailingRound: the cleanups run, no other round follows, and nothing
// is judged.
func TestRepeatFailingRound(t *testing.T) {
	n, cleaned := 0, 0
	fake := repeat(t, func(t testing.TB) {
		n++
		t.Cleanup(func() { cleaned++ })
		t.FailNow()
	})
	require.Equal(t, []string{"failed now"}, fake.failures)
	require.Equal(t, []int{1, 1}, []int{n, cleaned})
	fake = repeat(t, func(t testing.TB) { t.Errorf("wrong"); leakSend(nil) })
	require.Equal(t, []string{"wrong"}, fake.failures)
	require.Contains(t, strings.Join(fake.logs, "\n"), "not judged")
}

// TestRepeatSetenvParallel: the test's own Setenv says that this cannot be.
func TestRepeatSetenvParallel(t *testing.T) {
	t.Run("parallel", func(t *testing.T) {
		t.Parallel()
		for name, use := range map[string]func(testing.TB){
			"Setenv": func(t testing.TB) { t.Setenv("WATERTIGHT_ROUND", "1") },
			"Chdir":  func(t testing.TB) { t.Chdir(os.TempDir()) },
		} {
			require.Panics(t, func() { leak.Repeat(t, use) }, name)
		}
	})
}
