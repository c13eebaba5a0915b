package hook

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// afterRounds is the last record of a test that package testing calls again and again.
func afterRounds(t *testing.T, round func(t testing.TB, n int)) (last Record) {
	t.Helper()
	temp, name := t.TempDir(), filepath.Join(t.TempDir(), "records")
	t.Setenv("TMPDIR", temp)
	h := &hook{Config: Config{Rounds: RoundsConfig{Rounds: 8, Time: 30 * time.Second}, Settle: 10 * time.Millisecond}, file: file{name: name}}
	r, ran := h.roundsOf("TestX"), 0
	for range 100 {
		one := &call{TB: t}
		if r.next(one) {
			ran++
			round(one, ran)
		}
		one.end()
	}
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
	require.Equal(t, ran, last.Round)
	return last
}

// call is one call of a test, which may fail or be skipped without the real one.
type call struct {
	testing.TB
	cleanups        []func()
	failed, skipped bool
}

func (c *call) Cleanup(f func()) { c.cleanups = append(c.cleanups, f) }
func (c *call) Failed() bool     { return c.failed }
func (c *call) Skipped() bool    { return c.skipped }
func (c *call) end() {
	for i := len(c.cleanups) - 1; i >= 0; i-- {
		c.cleanups[i]()
	}
}

// Temporary files that are left in each round are found; one that is written once, and
// those of the first rounds, are no growth.
func TestRoundsFiles(t *testing.T) {
	write := func(t testing.TB, name string) {
		require.NoError(t, os.WriteFile(filepath.Join(os.TempDir(), name), nil, 0o600))
	}
	for name, tt := range map[string]struct {
		round func(t testing.TB, n int)
		want  leak.Verdict
	}{
		"each round":       {func(t testing.TB, n int) { write(t, "upload-"+strings.Repeat("1", n)) }, leak.Leaking},
		"every other":      {func(t testing.TB, n int) { write(t, "upload-"+strings.Repeat("1", n/2)) }, leak.Leaking},
		"none":             {func(testing.TB, int) {}, leak.Clean},
		"once":             {func(t testing.TB, n int) { write(t, "cache") }, leak.Clean},
		"the first rounds": {func(t testing.TB, n int) { write(t, "cache-"+strings.Repeat("1", min(n, 6))) }, leak.Clean},
		"removed":          {func(t testing.TB, n int) { write(t, "x"); os.Remove(filepath.Join(os.TempDir(), "x")) }, leak.Clean},
	} {
		t.Run(name, func(t *testing.T) {
			last := afterRounds(t, tt.round)
			require.Equal(t, Grown, last.Event)
			require.Equal(t, tt.want, last.Files.Verdict, last.Files.Why)
			if tt.want == leak.Leaking {
				require.Contains(t, strings.Join(last.Files.Where, " "), "more: upload-*")
			}
		})
	}
}

// A test that does not end the same way in each round is named, and runs no more.
func TestRoundsUnfit(t *testing.T) {
	for name, tt := range map[string]struct {
		round func(c *call, n int)
		want  Record
	}{
		"fails in the second": {func(c *call, n int) { c.failed = n == 2 }, Record{Event: Unfit, Test: "TestX", Round: 2, Error: "failed"}},
		"is skipped":          {func(c *call, n int) { c.skipped = true }, Record{Event: Unfit, Test: "TestX", Round: 1, Error: "was skipped"}},
		"fails late":          {func(c *call, n int) { c.failed = n == 7 }, Record{Event: Unfit, Test: "TestX", Round: 7, Error: "failed"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, afterRounds(t, func(one testing.TB, n int) { tt.round(one.(*call), n) }))
		})
	}
}
