//go:build race && unix

package scenariotest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// raceBegins is the first line of the race detector's reports.
const raceBegins = "WARNING: DATA RACE"

// doing is the reference after it has done f.
func doing(f func()) executor.Spec {
	return spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			f()
			return ref.ExecuteParallel(ctx, input, agents)
		}
	})
}

func race() {
	var wg sync.WaitGroup
	n := 0
	wg.Go(func() { n++ })
	n++
	wg.Wait()
}

// A race is a breach of clause 10, wherever its report went. The scenario is one
// that runs in a child with -cover too: here the race would fail this test.
func TestRaces(t *testing.T) {
	s, err := scenarios.Lookup("panic")
	require.NoError(t, err)
	for _, tt := range []struct {
		name, gorace string
		before       func()
		want         string
	}{
		{"said at once", "", func() {}, raceBegins},
		{"said after much else", "", func() {
			fmt.Fprint(os.Stderr, strings.Repeat("a line of the executor's log\n", 20_000))
		}, raceBegins},
		{"GORACE sends it elsewhere", "log_path=" + filepath.Join(t.TempDir(), "race"), func() {}, raceBegins},
		{"GORACE ends the process", "halt_on_error=1", func() {}, raceBegins},
		{"standard error is closed", "", func() {
			_ = syscall.Close(syscall.Stderr)
			_, _ = syscall.Open(os.DevNull, syscall.O_WRONLY, 0) // takes its place
		}, "has no report of it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("GORACE", tt.gorace)
			got := ordinary(t, doing(func() { tt.before(); race() })).status(t, s, executor.TouchesNoInput)
			require.Equal(t, scenarios.Fail, got.Status, "%s", text(s, got))
			require.Contains(t, got.Got, tt.want)
		})
	}
}

// A race counts though the cell was run again, since virtual time stood still.
func TestRaceBeforeAStall(t *testing.T) {
	s, err := scenarios.Lookup("panic")
	require.NoError(t, err)
	got := ordinary(t, doing(func() {
		if onVirtualTime() {
			race()
			var mu sync.Mutex
			mu.Lock()
			mu.Lock()
		}
	})).status(t, s, executor.TouchesNoInput)
	require.Equal(t, scenarios.Fail, got.Status, "%s", text(s, got))
	require.Contains(t, got.Got, raceBegins)
}
