package profiles

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// pprofTop is what `go tool pprof -top` prints for a file.
func pprofTop(t *testing.T, path string) string {
	t.Helper()
	command, err := exec.LookPath("go")
	if err != nil {
		t.Skipf("opening profiles in pprof needs the go command: %v", err)
	}
	out, err := exec.CommandContext(t.Context(), command, "tool", "pprof", "-top", "-cum", "-symbolize=none", path).CombinedOutput()
	require.NoError(t, err, "go tool pprof %s: %s", path, out)
	return string(out)
}

// The four files are of a process with 7 stuck agents and 1 MiB held.
func TestGoToolPprofOpens(t *testing.T) {
	dir := childProfiles(t)
	for _, c := range []struct{ file, want string }{
		{string(Goroutine), ` 7 \S+% .*profiles\.stuckAgent`},
		{string(Leak), ` 7 +100% .*profiles\.stuckAgent`},
		{"diff", ` 7 \S+% .*profiles\.stuckAgent`},
		{string(Heap), ` 1MB|1024kB \S+% .*profiles\.holdMemory`},
	} {
		t.Run(c.file, func(t *testing.T) {
			path := filepath.Join(dir, c.file)
			if _, err := os.Stat(path); c.file == string(Leak) && !provesLeaks() {
				require.ErrorIs(t, err, os.ErrNotExist)
				t.Skipf("there is no leak profile to open: %v", ErrNoLeakProfile)
			}
			require.Regexp(t, c.want, pprofTop(t, path))
		})
	}
}

func TestGoToolPprofOpensEmptyAndNegativeDifferences(t *testing.T) {
	few := sample(t, stack{value: 2, functions: []string{"x.agent"}})
	many := sample(t, stack{value: 9, functions: []string{"x.agent"}})
	for _, c := range []struct {
		before, after *Profile
		want          string
	}{
		{many, few, `-7 .*x\.agent`},
		{few, few, `Type: goroutine`},
	} {
		diff, err := Diff(c.before, c.after)
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "diff")
		require.NoError(t, diff.WriteFile(path))
		require.Regexp(t, c.want, pprofTop(t, path))
	}
}
