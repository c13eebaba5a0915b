package engine

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A test binary gets no JSON package of the check's, and what judges rounds only where
// rounds are wanted: each costs time at the link of every package.
func TestLinked(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("go.mod", "module small\n\ngo 1.24\n")
	write("a_test.go", "package small\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n")
	p := Package{Name: "small", Path: "small", Dir: dir, Module: Module{"small", dir}, Internal: []string{"a_test.go"}}
	for _, rounds := range []bool{false, true} {
		overlay, err := Overlay(Options{Dir: t.TempDir(), Rounds: rounds}, []Package{p})
		require.NoError(t, err)
		binary := filepath.Join(t.TempDir(), "small.test")
		out := goCommand(t, dir, "test", "-c", "-vet=off", "-overlay="+overlay, "-o="+binary, ".")
		require.Empty(t, out)
		symbols := goCommand(t, dir, "tool", "nm", binary)
		for symbol, want := range map[string]bool{"hook.Attach": true, "hook.(*rounds).next": rounds, "json.Marshal": false, "json/v2.Marshal": false} {
			require.Equal(t, want, strings.Contains(symbols, symbol+"\n"), symbol)
		}
	}
}

func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}
