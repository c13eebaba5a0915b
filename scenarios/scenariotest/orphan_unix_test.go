//go:build unix

package scenariotest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
			notes := t.TempDir()
			cmd := m.command(t.Context(), binary, append(tt.args, "-test.run=^TestStuck$", "-note="+notes)...)
			require.NoError(t, cmd.Start())
			child := await(t, func() int { return other(t, notes, cmd.Process.Pid) })
			require.NoError(t, syscall.Kill(child, 0), "the child lives")
			require.NoError(t, tt.end(cmd.Process))
			require.Error(t, cmd.Wait())
			await(t, func() int {
				if gone(child) {
					return 1
				}
				return 0
			})
		})
	}
}

// gone says that the process has ended, though nobody may have reaped it yet.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && len(stat) > 0 && zombie(string(stat))
}

func zombie(stat string) bool {
	for i := len(stat) - 1; i > 0; i-- {
		if stat[i] == ')' {
			return i+2 < len(stat) && stat[i+2] == 'Z'
		}
	}
	return false
}

// other is the number of the process beside that one which left a note; 0 for none.
func other(t *testing.T, notes string, not int) int {
	entries, err := os.ReadDir(notes)
	require.NoError(t, err)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(notes, e.Name()))
		require.NoError(t, err)
		if pid, _ := strconv.Atoi(string(text)); pid != not && pid > 0 {
			return pid
		}
	}
	return 0
}

// await asks until the answer is not 0.
func await(t *testing.T, ask func() int) int {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if n := ask(); n != 0 {
			return n
		}
		require.True(t, time.Now().Before(deadline), "it did not happen")
	}
}
