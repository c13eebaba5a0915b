//go:build unix

package scenariotest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// A child ends when its parent does, however that ends.
func TestNoOrphans(t *testing.T) {
	m := outside(t, "cases")
	binary := m.build(t)
	for _, tt := range []struct {
		name string
		args []string
		end  func(*os.Process) error
	}{
		{"kill -9", nil, (*os.Process).Kill},
		{"interrupt", nil, func(p *os.Process) error { return p.Signal(os.Interrupt) }},
		{"go test -timeout", []string{"-test.timeout=2s"}, func(*os.Process) error { return nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			notes := filepath.Join(t.TempDir(), "notes")
			cmd := m.command(t.Context(), binary, append(tt.args, "-test.run=^TestStuck$", "-note="+notes)...)
			require.NoError(t, cmd.Start())
			pids := childtest.Await(t, notes, 2)
			require.Equal(t, cmd.Process.Pid, pids[0])
			require.True(t, childtest.Alive(pids[1]))
			require.NoError(t, tt.end(cmd.Process))
			require.Error(t, cmd.Wait())
			childtest.Gone(t, time.Second, pids[1:]...)
		})
	}
}
