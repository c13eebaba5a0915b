package suite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNewSide(t *testing.T) {
	root := t.TempDir()
	module := filepath.Join(root, "go", "m")
	inner := filepath.Join(module, "inner")
	require.NoError(t, os.MkdirAll(inner, 0o755))
	require.Equal(t, Side{Dir: inner, Root: inner}, NewSide("", inner), "no module and no repository")

	require.NoError(t, os.WriteFile(filepath.Join(module, "go.mod"), []byte("module example.com/m\n"), 0o644))
	require.Equal(t, Side{Name: "v1", Dir: inner, Root: module, Module: "example.com/m"}, NewSide("v1", inner))

	// In a worktree it is a file.
	require.NoError(t, os.WriteFile(filepath.Join(root, ".git"), []byte("gitdir: elsewhere\n"), 0o644))
	require.Equal(t, Side{Dir: inner, Root: root, Module: "example.com/m", ModuleDir: "go/m"}, NewSide("", inner))
}

func TestDeclarations(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "odd[folder]")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for name, text := range map[string]string{
		"a_test.go":       "package a\n\n// doc\nfunc TestA(t *testing.T) {}\n",
		"other_test.go":   "//go:build ignore\n\npackage a\n\nfunc TestA(t *testing.T) {}\nfunc TestB(t *testing.T) {}\n",
		"broken_test.go":  "package a\nfunc TestC(t *testing.T) { }\nfunc {",
		"a.go":            "package a\nfunc TestD() {}\n",
		"methods_test.go": "package a\nfunc (s s) TestE() {}\n//line x.go:99\nfunc TestF() {}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	at := declarations(dir)
	require.Equal(t, 4, at["TestA"].Line)
	require.Equal(t, filepath.Join(dir, "a_test.go"), at["TestA"].Filename)
	require.Equal(t, 2, at["TestC"].Line)
	require.Equal(t, 4, at["TestF"].Line, "the line of the file itself")
	for _, no := range []string{"TestB", "TestD", "TestE"} {
		require.NotContains(t, at, no)
	}
}
