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

// racing is the reference with a data race, after it has done f.
func racing(f func()) executor.Spec {
	return spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			f()
			var wg sync.WaitGroup
			n := 0
			wg.Go(func() { n++ })
			n++
			wg.Wait()
			return ref.ExecuteParallel(ctx, input, agents)
		}
	})
}

// A race is a breach of clause 10, wherever its report went. The scenario is one
// that runs in a child with -cover too: here the race would fail this test.
func TestRaces(t *testing.T) {
	s, err := scenarios.Find("panic")
	require.NoError(t, err)
	for _, tt := range []struct {
		name, gorace string
		before       func()
		want         string
	}{
		{"said at once", "", func() {}, raceBegins},
		{"said after much else", "", func() {
			fmt.Fprint(os.Stderr, strings.Repeat("a line of the executor's log\n", 2*keptOutput/29))
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
			got := ordinary(t, racing(tt.before)).status(t, s, executor.TouchesNoInput)
			require.Equal(t, scenarios.Fail, got.Status, "%s", text(s, got))
			require.Contains(t, got.Got, tt.want)
		})
	}
}
